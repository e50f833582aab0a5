import { Camera } from "./camera.js";
import { language } from "../i18n.js";

const FILE = "file";

/** The list of cameras to choose from; an open file is its first line. */
export class CameraMenu {
  #select = document.querySelector("#camera");
  #source;

  constructor(source, onChoose) {
    this.#source = source;
    this.#select.addEventListener("change", () => this.#select.value !== FILE && onChoose(this.#select.value));
    navigator.mediaDevices?.addEventListener("devicechange", () => this.refresh());
  }

  async refresh() {
    const { fileName, deviceId } = this.#source;
    const options = (await Camera.list()).map(({ id, label }, index) => {
      return new Option(label || language.text("camera.unnamed", { number: index + 1 }), id);
    });
    if (fileName) options.unshift(new Option(language.text("camera.file", { name: fileName }), FILE));
    this.#select.replaceChildren(...options);
    this.#select.value = fileName ? FILE : deviceId;
  }
}
