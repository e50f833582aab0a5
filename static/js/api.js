import { PageError } from "./errors.js";

async function send(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new PageError("server-unreachable");
  }
  if (response.ok) return response;
  const { error, message = "" } = await response.json().catch(() => ({}));
  if (response.status === 503) {
    const seconds = Number(response.headers.get("Retry-After")) || 5;
    throw new PageError(error === "draining" ? "server-draining" : "server-full", { detail: message, retryAfter: seconds });
  }
  if (response.status === 404) throw new PageError("not-offered", { detail: message });
  if (response.status === 429) throw new PageError("server-busy", { detail: message, retryAfter: 5 });
  throw new PageError(response.status >= 500 ? "server-failed" : "offer-refused", { detail: message });
}

/** What the server says of itself, {iceServers, limits, engine, photo_engine}; null where it has no such page. */
export async function fetchConfig() {
  const response = await fetch("/api/config").catch(() => null);
  return response?.ok ? response.json() : null;
}

/** The gallery: [{id, name: {en, ko}, tags, thumbnail}]. */
export async function fetchStyles() {
  return (await (await send("/api/styles")).json()).styles;
}

/** The palette: [{id, name: {en, ko}, root, tip}], root and tip as #RRGGBB. */
export async function fetchColors() {
  return (await (await send("/api/colors")).json()).colors;
}

/** Exchange an SDP offer: {sdp, type, session_id, token}. */
export async function postOffer(offer, signal) {
  const response = await send("/offer", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(offer),
    signal,
  });
  return response.json();
}

/** Send ICE candidates that were found after the offer (RFC 8840 fragment, as WHIP does it). */
export function patchCandidates({ session_id: id, token }, fragment) {
  return send(`/sessions/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/trickle-ice-sdpfrag", Authorization: `Bearer ${token}` },
    body: fragment,
  });
}

/** End a session; unlike a fetch, a beacon outlives the page. */
export function endSession({ session_id: id, token }) {
  navigator.sendBeacon(`/sessions/${id}/end?token=${encodeURIComponent(token)}`);
}

/**
 * Draw styles on one picture: `onPicture({style, picture})` gets each one's address as soon as it is there. Throws
 * PageError, and AbortError when `signal` says so.
 */
export async function fetchThumbnails({ image, color, styles }, signal, onPicture) {
  const form = new FormData();
  form.append("image", image, "face.jpg");
  if (color) form.append("color", color);
  form.append("styles", styles.join(","));
  const response = await send("/api/thumbnails", { method: "POST", body: form, signal });
  const job = `/api/thumbnails/${(await response.json()).id}`;
  const events = new EventSource(job);
  try {
    await new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      events.addEventListener("thumbnail", ({ data }) => onPicture(JSON.parse(data)));
      events.addEventListener("done", resolve);
      events.addEventListener("error", ({ data }) => {
        reject(new PageError("thumbnails-failed", { detail: data ? JSON.parse(data).message : "" }));
      });
    });
  } finally {
    events.close();
    fetch(job, { method: "DELETE", keepalive: true }).catch(() => undefined);
  }
}
