import { language } from "../i18n.js";
import { CameraShot } from "./camera_shot.js";
import { Deck } from "./deck.js";
import { h } from "./dom.js";
import { FacePicker } from "./face_picker.js";
import { Intake, kindOf } from "./intake.js";
import { lookForm } from "./look_form.js";
import { PictureView } from "./picture_view.js";
import { UploadError, uploadError } from "./upload_error.js";
import { UploadJob } from "./upload_job.js";
import { VideoView } from "./video_view.js";

/** One picture or video on the table, from the moment it comes in until its result is saved. */
export class Workbench {
  #looks;
  #consent;
  #onReferenceGone;
  #limits = {};
  #file = null;
  #kind = "photo";
  #face = null;
  #several = null;
  #job = null;
  #result = null;
  #state = "empty";
  #urls = { file: "", result: "" };
  #picture = new PictureView();
  #video = new VideoView();
  #faces = new FacePicker((index) => this.#pick(index));
  #shot = new CameraShot(
    (file) => this.#accept(file),
    () => this.#begin(),
  );
  #intake;
  #deck = new Deck({
    apply: () => this.#apply(),
    cancel: () => this.#job?.cancel(),
    download: () => this.#download(),
    share: () => this.#share(),
    zoom: (direction) => this.#picture.zoom(direction),
    otherFace: () => this.#choose(this.#several),
    fresh: () => this.#begin(),
  });
  #frame = h("div.frame", { testid: "studio-frame" });

  /**
   * Fills `root`. `looks`: the LookStore, `consent`: the UploadConsent; `onReferenceGone()`: the server does not know a
   * reference any more that the look wears.
   */
  constructor(root, looks, consent, onReferenceGone) {
    this.#onReferenceGone = onReferenceGone;
    this.#looks = looks;
    this.#consent = consent;
    this.#intake = new Intake(consent, {
      onFile: (file) => this.#accept(file),
      onCamera: () => this.#openCamera(),
    });
    this.#frame.append(this.#intake.root, this.#shot.root, this.#picture.root, this.#video.root, this.#faces.root);
    root.append(h("div.fit", {}, this.#frame), this.#deck.root);
    this.#intake.accept(root, () => !root.hidden && this.#state !== "working");
    consent.addEventListener("change", () => consent.given && this.#deck.fail(null));
    looks.addEventListener("change", () => this.#deck.fail(null));
    this.#show("empty");
  }

  /** Of the server's configuration: what it takes, {picture_bytes, video_bytes, …}, and what draws photos. */
  configure({ limits = {}, photo_engine: engine = "" }) {
    this.#limits = limits;
    this.#intake.networks = engine === "hairfast";
  }

  /** Put the camera out, and pause what plays: nobody looks. */
  rest() {
    if (this.#state === "camera") this.#show("empty");
    this.#video.stop();
  }

  /** Everything off the table. */
  clear() {
    this.#job?.cancel();
    this.#keep(null);
    URL.revokeObjectURL(this.#urls.file);
    this.#file = null;
    this.#show("empty");
    this.#deck.fail(null);
  }

  /** Back to the beginning, and the keyboard with it. */
  #begin() {
    this.clear();
    this.#intake.focus();
  }

  #show(state) {
    this.#state = state;
    const laid = !["empty", "camera"].includes(state);
    const picture = this.#kind === "photo";
    this.#frame.dataset.state = state;
    this.#intake.root.hidden = state !== "empty";
    this.#picture.root.hidden = !laid || !picture;
    this.#video.root.hidden = !laid || picture;
    if (state !== "camera") this.#shot.close();
    if (state !== "faces") this.#faces.hide();
    this.#deck.root.hidden = !laid && !this.#deck.failed;
    this.#deck.show(state, { picture, several: this.#several !== null, shareable: this.#shareable() });
  }

  async #openCamera() {
    this.#deck.fail(null);
    try {
      if (await this.#shot.open()) this.#show("camera");
    } catch (error) {
      this.#fail(error);
    }
  }

  #accept(file) {
    if (this.#state === "working") return;
    try {
      if (!this.#consent.given) throw new UploadError("consent");
      this.#kind = kindOf(file, this.#limits);
    } catch (error) {
      return void this.#fail(error);
    }
    this.#deck.fail(null);
    this.#keep(null);
    this.#file = file;
    this.#face = this.#several = null;
    URL.revokeObjectURL(this.#urls.file);
    this.#urls.file = URL.createObjectURL(file);
    const view = this.#kind === "photo" ? this.#picture : this.#video;
    view.show(this.#urls.file, language.text(`studio.your-${this.#kind}`));
    this.#show("ready");
    this.#deck.focus();
  }

  async #apply() {
    this.#deck.fail(null);
    const job = new UploadJob();
    try {
      const form = lookForm(this.#kind, this.#file, this.#looks.look, this.#deck.mode, this.#face);
      this.#job = job;
      this.#show("working");
      this.#deck.progress("sending", 0);
      this.#keep(await job.run(this.#kind, form, (phase, share) => this.#deck.progress(phase, share)));
      this.#show("done");
    } catch (error) {
      if (job === this.#job) this.#show(this.#result ? "done" : "ready");
      const { reference, color_reference: color } = this.#looks.look;
      if (error.faces?.length) this.#choose(error.faces);
      else if (error.code === "not-stored" && (reference || color)) {
        this.#onReferenceGone();
        this.#fail(new UploadError("reference-gone"));
      } else if (error.name !== "AbortError") this.#fail(error);
    } finally {
      this.#job = null;
    }
  }

  #choose(faces) {
    this.#several = faces;
    this.#picture.zoom(0);
    this.#show("faces");
    this.#deck.fail(new UploadError("several-faces"));
    this.#faces.show(faces);
  }

  #pick(index) {
    this.#face = index;
    this.#apply();
  }

  /** Keep the edited picture, a Blob, in the place of the one before; null: none. */
  #keep(blob) {
    URL.revokeObjectURL(this.#urls.result);
    this.#result = blob;
    this.#urls.result = blob ? URL.createObjectURL(blob) : "";
    const view = this.#kind === "photo" ? this.#picture : this.#video;
    if (this.#file) view.showResult(this.#urls.result, language.text("studio.result"));
  }

  get #resultFile() {
    const extension = this.#kind === "photo" ? "png" : "mp4";
    return new File([this.#result], `livehair-${this.#looks.look.style}.${extension}`, { type: this.#result.type });
  }

  #download() {
    h("a", { href: this.#urls.result, download: this.#resultFile.name }).click();
  }

  #shareable() {
    return Boolean(this.#result && navigator.canShare?.({ files: [this.#resultFile] }));
  }

  async #share() {
    try {
      await navigator.share({ files: [this.#resultFile] });
    } catch (error) {
      if (error.name !== "AbortError") this.#fail(new UploadError("share"));
    }
  }

  #fail(error) {
    this.#deck.fail(uploadError(error));
    this.#deck.root.hidden = false;
  }
}
