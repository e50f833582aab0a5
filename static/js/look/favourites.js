const KEY = "livehair.favourites";

function load() {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY));
    return new Set(Array.isArray(saved) ? saved : []);
  } catch {
    return new Set();
  }
}

/** The styles marked with a heart, kept in this browser. Event: `change`. */
export class Favourites extends EventTarget {
  #ids = load();

  get ids() {
    return [...this.#ids];
  }

  has(id) {
    return this.#ids.has(id);
  }

  toggle(id) {
    if (!this.#ids.delete(id)) this.#ids.add(id);
    try {
      localStorage.setItem(KEY, JSON.stringify([...this.#ids]));
    } catch {
      // Without storage they last as long as the page.
    }
    this.dispatchEvent(new Event("change"));
  }
}
