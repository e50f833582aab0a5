import { language } from "../i18n.js";

/**
 * An element: `spec` is "tag.class.class"; of `attributes`, `i18n` and `label` are keys of a text and of an
 * accessible name, `testid` and functions (listeners, by their event) mean what they say, and true and false set
 * and leave out an attribute.
 */
export function h(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  if (tag === "button") element.type = "button";
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name === "i18n") translated(element, "i18n", value);
    else if (name === "label") translated(element, "i18nLabel", value);
    else if (name === "testid") element.dataset.testid = value;
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function translated(element, kind, key) {
  element.dataset[kind] = key;
  if (kind === "i18n") element.textContent = language.text(key);
  else {
    element.setAttribute("aria-label", language.text(key));
    if (element instanceof HTMLButtonElement) element.title = language.text(key);
  }
}
