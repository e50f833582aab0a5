import { UploadError } from "./upload_error.js";

const OWN = "own";
const FIELDS = ["length", "volume", "curl", "density", "part", "fringe", "gradient", "gloss", "dye", "coverage"];

/**
 * The fields that ask for `look` on `file`, a picture or video of that `kind`. `mode`: shape, color or both; `face`:
 * index of the one that was chosen, or null. Throws UploadError where nothing would change.
 */
export function lookForm(kind, file, look, mode, face) {
  const shaped = mode !== "color" && (look.reference || look.style !== OWN);
  const colored = mode !== "shape" && (look.color_reference || look.color);
  if (!shaped && !colored) throw new UploadError(mode === "shape" ? "no-style" : "no-color");
  const form = new FormData();
  form.set(kind === "photo" ? "image" : "video", file);
  form.set("mode", mode);
  form.set("style", look.style);
  if (look.reference) form.set("shape", look.reference);
  if (look.color_reference) form.set("color_reference", look.color_reference);
  else {
    if (look.color) form.set("color", look.color);
    if (look.tip) form.set("tip", look.tip);
  }
  for (const name of FIELDS) form.set(name, look[name]);
  if (face !== null) form.set("face", face);
  return form;
}
