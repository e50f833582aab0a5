import { FourView } from "./four_view.js";
import { PrivacyPanel } from "./privacy_panel.js";
import { ReferencePanel } from "./reference_panel.js";
import { ReferenceShelf } from "./reference_shelf.js";
import { fetchConfig } from "./studio_api.js";
import { UploadConsent } from "./upload_consent.js";
import { UploadError } from "./upload_error.js";
import { Workbench } from "./workbench.js";

const element = (id) => document.getElementById(id);

/**
 * Photos, videos, references of one's own, and what is stored about the visitor. It has `#studio` (in the mirror's
 * place, beside the same look panel), `#own-reference` in the look panel and `<dialog id="privacy">`, and divides the
 * mirror among four styles.
 */
export class Studio {
  #root = element("studio");
  #consent = new UploadConsent();
  #shelf;
  #references;
  #bench;

  /**
   * `looks`: the LookStore; `notices`: the page's; `favourites()`: ids of favourite styles; `onWithdraw()`: the visitor
   * takes the consent to the camera back too.
   */
  constructor({ looks, notices, favourites = () => [], onWithdraw = () => undefined }) {
    this.#shelf = new ReferenceShelf(looks);
    this.#references = new ReferencePanel(element("own-reference"), this.#shelf, looks, this.#consent);
    this.#bench = new Workbench(this.#root, looks, this.#consent, () => this.#shelf.forgetWorn());
    new FourView(looks, { favourites, onEnter: () => notices.notice("four") });
    new PrivacyPanel(element("privacy"), element("privacy-open"), {
      onDeleted: (id) => this.#shelf.forget(id),
      onWithdraw: () => {
        this.#consent.given = false;
        this.#bench.clear();
        onWithdraw();
      },
    });
    fetchConfig().then((config) => this.#bench.configure(config));
  }

  show() {
    this.#root.hidden = false;
  }

  hide() {
    this.#bench.rest();
    this.#root.hidden = true;
  }

  /** The server does not know a reference any more that the look wears. */
  referenceGone() {
    this.#shelf.forgetWorn();
    this.#references.fail(new UploadError("reference-gone"));
  }
}
