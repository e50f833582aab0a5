import { fetchConfig } from "./api.js";
import { PageError } from "./errors.js";
import { language } from "./i18n.js";
import { CameraButtons } from "./keep/camera_buttons.js";
import { FaceThumbnails } from "./look/face_thumbnails.js";
import { LookPanel } from "./look/look_panel.js";
import { LookStore } from "./look/look_store.js";
import { MirrorView } from "./mirror/mirror_view.js";
import { Coach } from "./page/coach.js";
import { Hero } from "./page/hero.js";
import { LinkButton } from "./page/link_button.js";
import { Notices } from "./page/notices.js";
import { Shortcuts } from "./page/shortcuts.js";
import { Tabs } from "./page/tabs.js";
import { LiveSession } from "./session/live_session.js";
import { Studio } from "./studio/studio.js";

const GALLERY_RETRY_MS = 3000;

const element = (id) => document.getElementById(id);

const looks = new LookStore();
const notices = new Notices();
const link = new LinkButton(looks, notices);
const mirror = new MirrorView(() => session.latency);
const session = new LiveSession({ looks, mirror, notices });
const panel = new LookPanel(looks);
const thumbnails = new FaceThumbnails({ looks, video: mirror.local, cards: () => panel.cards, notices });
const buttons = new CameraButtons({ mirror, looks, notices });
const studio = new Studio({ looks, notices, favourites: () => panel.favourites, onWithdraw: withdraw });
const coach = new Coach();
const hero = new Hero();
const usable = () => session.state === "live" && document.body.dataset.mode === "live";
const click = (id) => () => usable() && element(id).click();
const shortcuts = new Shortcuts([
  ["b", { text: "help.hold", press: () => usable() && mirror.hold(true), release: () => mirror.hold(false) }],
  ["c", { text: "action.compare", press: click("compare") }],
  ["4", { text: "action.four", press: click("four") }],
  ["s", { text: "action.snapshot", press: click("snapshot") }],
  ["r", { text: "action.record", press: click("record") }],
  ["m", { text: "action.mirror", press: click("flip") }],
  ["ArrowLeft", { text: "help.previous", press: () => panel.stepStyle(-1) }],
  ["ArrowRight", { text: "help.next", press: () => panel.stepStyle(1) }],
  ["f", { text: "look.favourite", press: () => panel.toggleFavourite() }],
  ["z", { text: "action.undo", press: () => looks.undo() }],
  ["l", { text: "action.link", press: () => link.copy() }],
  ["/", { text: "find.search", press: () => panel.search() }],
]);

async function loadGallery() {
  try {
    const styles = await panel.load();
    hero.fill(styles);
    if (notices.code === "gallery") notices.clear();
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    notices.error(new PageError("gallery"));
    setTimeout(loadGallery, GALLERY_RETRY_MS);
  }
}

function translate() {
  language.apply();
  element("language").textContent = language.text("language.other");
  element("language").lang = language.other;
  shortcuts.translate();
}

function changedState(state) {
  if (state === "live") return;
  coach.hide();
  thumbnails.available = false;
  buttons.finish();
  // What was drawn on a face goes with it.
  if (state === "idle" || state === "failed") thumbnails.clear();
}

function bindConsent() {
  const consent = element("consent");
  const agree = () => (element("start").disabled = element("pick-file").disabled = !consent.checked);
  consent.addEventListener("change", agree);
  agree();
  element("welcome").addEventListener("submit", (event) => {
    event.preventDefault();
    session.useCamera();
  });
  for (const id of ["pick-file", "change-file"]) {
    element(id).addEventListener("click", () => element("file").click());
  }
  element("file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (file && consent.checked) session.useFile(file);
    target.value = "";
  });
}

/** Consent taken back: everything ends. */
function withdraw() {
  session.stop();
  element("consent").checked = false;
  element("consent").dispatchEvent(new Event("change"));
}

function chooseMode(mode) {
  document.body.dataset.mode = mode === "studio" ? "photo" : "live";
  if (mode === "studio") studio.show();
  else studio.hide();
}

async function start() {
  bindConsent();
  translate();
  new Tabs(element("modes"), chooseMode);
  language.addEventListener("change", translate);
  element("language").addEventListener("click", () => language.toggle());
  element("privacy-open").addEventListener("click", () => element("privacy").showModal());
  element("stop").addEventListener("click", () => session.stop());
  session.addEventListener("state", ({ detail }) => changedState(detail));
  session.addEventListener("notice", (event) => {
    if (event.detail !== "reference-gone") return;
    event.preventDefault();
    studio.referenceGone();
  });
  mirror.addEventListener("picture", () => {
    coach.show();
    thumbnails.available = true;
  });
  mirror.addEventListener("held", () => coach.dismiss());
  if (!window.RTCPeerConnection) notices.error(new PageError("unsupported"));
  else if (!window.isSecureContext) notices.error(new PageError("insecure-context"));
  loadGallery();
  link.read();
  session.iceServers = (await fetchConfig())?.iceServers ?? [];
}

start();
