import { CameraMenu } from "./camera/camera_menu.js";
import { Connection } from "./session/connection.js";
import { PageError } from "./errors.js";
import { language } from "./i18n.js";
import { LookPanel } from "./look/look_panel.js";
import { LookStore } from "./look/look_store.js";
import { MakingNote } from "./mirror/making_note.js";
import { MirrorView } from "./mirror/mirror_view.js";
import { Notices } from "./page/notices.js";
import { saveSnapshot } from "./mirror/snapshot.js";
import { Tabs } from "./page/tabs.js";
import { Studio } from "./studio/studio.js";
import { Source } from "./camera/source.js";
import { StatsOverlay } from "./session/stats_overlay.js";

const GALLERY_RETRY_MS = 3000;
// The server ends a session of its own accord with these; connecting again at once would be against it.
const FINAL_NOTICES = new Set(["idle", "session-over"]);

const element = (id) => document.getElementById(id);

const looks = new LookStore();
const connection = new Connection();
const source = new Source();
const notices = new Notices();
const stats = new StatsOverlay(connection);
const making = new MakingNote();
const mirror = new MirrorView({ latency: () => stats.latency, onFrame: (frame) => stats.frame(frame) });
const cameraMenu = new CameraMenu(source, useCamera);
const panel = new LookPanel(looks);
const studio = new Studio({ looks, language, notices, liveVideo: mirror.local });
new Tabs(element("modes"), (mode) => (mode === "studio" ? studio.show() : studio.hide()));

function setState(state) {
  document.body.dataset.state = state;
  element("status").textContent = language.text(`state.${state}`);
}

/** Show a stream as one's own picture; connect with it, or send it in the place of the former one. */
async function send(stream) {
  mirror.showLocal(stream);
  const [track] = stream.getVideoTracks();
  if (document.body.dataset.state === "live") await connection.replaceTrack(track);
  else connection.start(track, looks.look);
  await cameraMenu.refresh();
}

async function useCamera(deviceId) {
  notices.clear();
  if (document.body.dataset.state !== "live") setState("camera");
  try {
    const stream = await source.openCamera(deviceId);
    mirror.mirror(true);
    await send(stream);
  } catch (error) {
    fail(error, () => useCamera(deviceId));
  }
}

async function useFile(file) {
  notices.clear();
  try {
    const stream = await source.openFile(file);
    mirror.mirror(false);
    await send(stream);
  } catch (error) {
    fail(error);
  }
}

function stop() {
  connection.stop();
  source.close();
  mirror.clear();
  notices.clear();
}

function fail(error, retry = null) {
  if (!(error instanceof PageError)) throw error;
  stop();
  notices.error(error, { retry });
}

function received(message) {
  if (message.type === "stats") {
    stats.receive(message);
    making.show(message.engine);
  } else if (message.type === "notice" && FINAL_NOTICES.has(message.code)) fail(new PageError(message.code));
  else if (message.type === "notice") notices.notice(message.code, message.message);
}

function changedState({ state, error, wait }) {
  setState(state);
  if (state === "waiting") notices.error(error, { wait });
  else if (state === "failed") fail(error, useCamera);
  else if (state === "live") notices.clear();
  if (state !== "live") {
    mirror.hideRemote();
    stats.reset();
    making.show(null);
  }
}

async function loadGallery() {
  try {
    await panel.load();
    if (notices.code === "gallery") notices.clear();
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    notices.error(new PageError("gallery"));
    setTimeout(loadGallery, GALLERY_RETRY_MS);
  }
}

function translate() {
  language.apply();
  element("language").textContent = language.text("language.other");
  setState(document.body.dataset.state);
}

function bindButtons() {
  const consent = element("consent");
  const agree = () => (element("start").disabled = element("pick-file").disabled = !consent.checked);
  consent.addEventListener("change", agree);
  agree();
  element("welcome").addEventListener("submit", (event) => {
    event.preventDefault();
    useCamera();
  });
  for (const id of ["pick-file", "change-file"]) {
    element(id).addEventListener("click", () => element("file").click());
  }
  element("file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (file && consent.checked) useFile(file);
    target.value = "";
  });
  element("stop").addEventListener("click", stop);
  element("snapshot").addEventListener("click", async () => {
    await saveSnapshot(mirror.remote, { mirrored: mirror.mirrored, name: looks.look.style });
    notices.notice("saved");
  });
  element("language").addEventListener("click", () => language.toggle());
  element("privacy-open").addEventListener("click", () => element("privacy").showModal());
}

function start() {
  bindButtons();
  translate();
  mirror.mirror(true);
  language.addEventListener("change", translate);
  looks.addEventListener("change", ({ detail }) => connection.setLook(detail));
  source.addEventListener("lost", ({ detail }) => fail(detail, useCamera));
  connection.addEventListener("state", ({ detail }) => changedState(detail));
  connection.addEventListener("message", ({ detail }) => received(detail));
  connection.addEventListener("stream", ({ detail }) => mirror.showRemote(detail));
  window.addEventListener("pagehide", () => connection.leave());
  loadGallery();
  if (!window.RTCPeerConnection) notices.error(new PageError("unsupported"));
  else if (!window.isSecureContext) notices.error(new PageError("insecure-context"));
}

start();
