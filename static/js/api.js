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
  if (response.status === 429) throw new PageError("server-busy", { detail: message, retryAfter: 5 });
  throw new PageError(response.status >= 500 ? "server-failed" : "offer-refused", { detail: message });
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
