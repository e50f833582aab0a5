/** What a look may say: the same ranges and choices as the server's. */
export const RANGES = Object.freeze({
  length: [0.7, 1.3],
  volume: [0.5, 1.5],
  density: [0.6, 1.2],
  curl: [0, 2],
  gloss: [0, 1.5],
  coverage: [0, 1],
});

export const CHOICES = Object.freeze({
  fringe: ["auto", "none", "see-through", "full", "curtain", "choppy", "side"],
  part: ["auto", "left", "center", "right"],
  gradient: ["plain", "ombre", "balayage", "highlights", "money-piece", "two-tone"],
  dye: ["bleach", "realistic"],
});

export const DEFAULT_LOOK = Object.freeze({
  style: "long-wavy",
  color: null,
  tip: null,
  length: 1,
  volume: 1,
  curl: 1,
  density: 1,
  part: "auto",
  fringe: "auto",
  gradient: "plain",
  gloss: 1,
  dye: "bleach",
  coverage: 1,
  motion: !matchMedia("(prefers-reduced-motion: reduce)").matches,
});

const ID = /^[\w-]{1,40}$/;
const COLOR = /^(#[0-9A-F]{6}|[A-Z]\d{1,2})$/i;

/** Whether `value` can stand in a look's field `name`; what comes from storage or a link is not trusted. */
export function isValid(name, value) {
  if (name in RANGES) return Number.isFinite(value) && value >= RANGES[name][0] && value <= RANGES[name][1];
  if (name in CHOICES) return CHOICES[name].includes(value);
  if (name === "style") return typeof value === "string" && ID.test(value);
  if (name === "motion") return typeof value === "boolean";
  return value === null || COLOR.test(value);
}
