import { language } from "../i18n.js";
import { h } from "./dom.js";
import { deleteStored, drop, fetchStored } from "./studio_api.js";
import { uploadError } from "./upload_error.js";

const ROUTES = { reference: "references", photo: "photo", video: "video" };

/** "What is stored about me": the server's answer, and an end to each part of it, to all, or to the consent. */
export class PrivacyPanel {
  #dialog;
  #onDeleted;
  #onWithdraw;
  #stored = null;
  #failure = null;
  #list = h("ul.stored", { testid: "stored" });
  #state = h("p", { role: "status", testid: "stored-state" });
  #all = h("button.secondary", { i18n: "studio.delete-all", testid: "delete-all", click: () => this.#deleteAll() });
  #error = h("p.studio-error", { role: "alert", hidden: true });
  #title = h("h2", { i18n: "studio.privacy", id: "privacy-title", tabindex: "-1" });

  /**
   * Fills `dialog`, which `opener` opens. `onDeleted(id)`: the server forgot that one, or without an id all;
   * `onWithdraw()`: the visitor takes the consent back.
   */
  constructor(dialog, opener, { onDeleted, onWithdraw }) {
    this.#dialog = dialog;
    this.#onDeleted = onDeleted;
    this.#onWithdraw = onWithdraw;
    dialog.setAttribute("aria-labelledby", "privacy-title");
    dialog.append(
      h("header", {}, this.#title, h("button.quiet", { i18n: "studio.close", testid: "privacy-close", click: () => dialog.close() })),
      h("p", { i18n: "studio.privacy-what" }),
      h("h3", { i18n: "studio.stored" }),
      this.#state,
      this.#list,
      this.#error,
      h("div.actions", {}, this.#all),
      h("h3", { i18n: "studio.withdraw-title" }),
      h("p", { i18n: "studio.withdraw-what" }),
      h(
        "div.actions",
        {},
        h("button.secondary", { i18n: "studio.withdraw", testid: "withdraw", click: () => this.#withdraw() }),
        h("a.link", { href: "/retention", target: "_blank", rel: "noopener", i18n: "studio.retention" }),
      ),
    );
    opener.addEventListener("click", () => this.refresh());
    language.addEventListener("change", () => this.#show());
  }

  async refresh() {
    this.#stored = null;
    this.#show();
    await this.#ask(async () => (this.#stored = await fetchStored()));
  }

  async #ask(work) {
    this.#failure = null;
    try {
      await work();
    } catch (error) {
      this.#failure = uploadError(error);
    }
    this.#show();
  }

  #show() {
    const count = this.#stored?.length ?? 0;
    this.#state.textContent = language.text(
      this.#failure ? "studio.stored-unknown" : this.#stored === null ? "studio.stored-asking" : count ? "studio.stored-these" : "studio.stored-nothing",
    );
    this.#list.replaceChildren(...(this.#stored ?? []).map((entry) => this.#row(entry)));
    this.#list.hidden = this.#all.hidden = count === 0;
    this.#error.hidden = !this.#failure;
    this.#error.textContent = this.#failure?.sentence ?? "";
  }

  #row({ kind, id, bytes, expires }) {
    const minutes = Math.max(1, Math.ceil(expires / 60));
    const button = h("button.quiet", { i18n: "studio.delete", testid: `delete-${kind}` });
    button.addEventListener("click", async () => {
      await drop(`/api/${ROUTES[kind] ?? kind}/${id}`);
      this.#onDeleted(id);
      this.#title.focus();
      await this.refresh();
    });
    return h(
      "li",
      {},
      h("span", { i18n: `studio.kind-${kind}` }),
      h("span.soft", {}, `${(bytes / 1e6).toFixed(1)} MB · ${language.text("studio.kept-minutes", { minutes })}`),
      button,
    );
  }

  async #deleteAll() {
    await this.#ask(deleteStored);
    if (this.#failure) return;
    this.#onDeleted();
    this.#title.focus();
    await this.refresh();
  }

  async #withdraw() {
    await this.#deleteAll();
    if (this.#failure) return;
    this.#onWithdraw();
    this.#dialog.close();
  }
}
