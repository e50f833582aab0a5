import { DEFAULT_LOOK, RANGES, isValid } from "./look_fields.js";

const START = "#look=";
const SHARED = Object.keys(DEFAULT_LOOK).filter((name) => name !== "style" && name !== "motion");

/** An address of this page that carries the look, and nothing else: `…#look=wolf-cut&color=F4&length=1.1`. */
export function lookLink(look) {
  const changed = SHARED.filter((name) => look[name] !== DEFAULT_LOOK[name]);
  const fields = new URLSearchParams(changed.map((name) => [name, look[name]]));
  const tail = fields.size ? `&${fields}` : "";
  return `${location.origin}${location.pathname}${START}${look.style}${tail}`;
}

/** The look of a link's fragment with every field valid, or null where there is none. */
export function readLookLink(fragment) {
  if (!fragment.startsWith(START)) return null;
  const fields = new URLSearchParams(`style=${fragment.slice(START.length)}`);
  const { motion, ...look } = DEFAULT_LOOK;
  for (const name of ["style", ...SHARED]) {
    const text = fields.get(name);
    const value = name in RANGES ? Number(text) : text;
    if (text && isValid(name, value)) look[name] = value;
  }
  return look;
}
