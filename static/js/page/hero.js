const PERIOD_MS = 2400;
const SHOWN = ["long-wavy", "full-bang-bob", "wolf-cut", "afro", "pixie", "hime-cut", "box-braids", "two-block", "hippie-perm"];

/** One face in one style after the other, beside the invitation; a single picture for who wants less motion. */
export class Hero {
  #root = document.querySelector("#hero");

  fill(styles) {
    const known = new Map(styles.map(({ id, thumbnail }) => [id, thumbnail]));
    const pictures = SHOWN.filter((id) => known.has(id)).map((id) => {
      return Object.assign(document.createElement("img"), { alt: "", decoding: "async", src: known.get(id) });
    });
    this.#root.replaceChildren(...pictures);
    let at = 0;
    const next = () => {
      pictures.forEach((picture, index) => picture.classList.toggle("shown", index === at % pictures.length));
      at += 1;
    };
    next();
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
      setInterval(() => document.body.dataset.state === "idle" && next(), PERIOD_MS);
    }
  }
}
