import { UploadError } from "./upload_error.js";

/** The UploadError that an answer of the server means. */
export function refusal(status, text) {
  let answer = {};
  try {
    answer = JSON.parse(text);
  } catch {
    // A proxy's page says nothing that helps.
  }
  const code = answer.error ?? (status === 413 ? "too-large" : "failed");
  return new UploadError(code, { detail: answer.message, faces: answer.faces });
}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new UploadError("server-unreachable");
  }
  if (!response.ok) throw refusal(response.status, await response.text());
  return response;
}

/** The finished picture or video: a Blob. */
export async function fetchResult(url, signal) {
  return (await ask(url, { signal })).blob();
}

/** Stop a job, or forget what it made. Never fails: what is gone is gone. */
export function drop(url) {
  return fetch(url, { method: "DELETE", keepalive: true }).catch(() => null);
}

/** Lend a reference photo: {id, style, colors, expires}. */
export async function postReference(form, signal) {
  return (await ask("/api/references", { method: "POST", body: form, signal })).json();
}

/** What the server keeps of this visit: [{kind, id, bytes, expires}], `expires` in seconds. */
export async function fetchStored() {
  return (await (await ask("/api/stored", { cache: "no-store" })).json()).stored;
}

/** Delete all that the server keeps of this visit. */
export function deleteStored() {
  return ask("/api/stored", { method: "DELETE" });
}

/** The server's limits and engines, or {} where they cannot be had. */
export async function fetchConfig() {
  return ask("/api/config").then(
    (response) => response.json(),
    () => ({}),
  );
}
