import { fetchColors, fetchStyles } from "./api.js";
import { Camera } from "./camera.js";
import { Compare } from "./compare.js";
import { Connection } from "./connection.js";
import { Controls } from "./controls.js";
import { PageError } from "./errors.js";
import { Gallery } from "./gallery.js";
import { language } from "./i18n.js";
import { LookStore } from "./look_store.js";
import { MediaFile } from "./media_file.js";
import { Notices } from "./notices.js";
import { saveSnapshot } from "./snapshot.js";
import { StatsSampler } from "./stats.js";
import { showStats } from "./stats_panel.js";
import { Swatches } from "./swatches.js";

const CAMERA_KEY = "livehair.camera";
const FILE = "file";
const GALLERY_RETRY_MS = 3000;

const element = (id) => document.getElementById(id);
const local = element("local-video");
const remote = element("remote-video");

const looks = new LookStore();
const connection = new Connection();
const camera = new Camera();
const mediaFile = new MediaFile();
const notices = new Notices();
const sampler = new StatsSampler();

let serverStats = null;
let latency = 100;
let fileName = "";
let mirrored = true;

const compare = new Compare(local, remote, () => latency);
const gallery = new Gallery(element("styles"), element("style-name"), (style) => looks.update({ style }));
const colors = new Swatches(element("colors"), element("color-name"), {
  prefix: "color",
  autoText: "color.auto",
  onChoose: (color) => looks.update({ color }),
});
const tips = new Swatches(element("tips"), element("tip-name"), {
  prefix: "tip",
  autoText: "color.own-tip",
  onChoose: (tip) => looks.update({ tip }),
});
const controls = new Controls(element("adjust"), (changes) => looks.update(changes));

function setState(state) {
  document.body.dataset.state = state;
  element("status").textContent = language.text(`state.${state}`);
}

function setMirror(on) {
  mirrored = on;
  element("mirror").classList.toggle("mirrored", on);
  element("flip").setAttribute("aria-pressed", String(on));
}

function showLook(look) {
  gallery.show(look.style);
  colors.show(look.color);
  tips.show(look.tip);
  controls.show(look);
}

async function listCameras() {
  const cameras = await Camera.list();
  const options = cameras.map(({ id, label }, index) => {
    return new Option(label || language.text("camera.unnamed", { number: index + 1 }), id);
  });
  if (fileName) options.unshift(new Option(language.text("camera.file", { name: fileName }), FILE));
  element("camera").replaceChildren(...options);
  element("camera").value = fileName ? FILE : camera.deviceId;
}

/** Show `stream` as one's own picture and connect with it, or put it in the place of the one being sent. */
async function send(stream) {
  local.srcObject = stream;
  const [track] = stream.getVideoTracks();
  track.addEventListener("ended", () => fail(new PageError("camera-lost")));
  if (document.body.dataset.state === "live") await connection.replaceTrack(track);
  else connection.start(track, looks.look);
  await listCameras();
}

async function useCamera(deviceId) {
  notices.clear();
  if (document.body.dataset.state !== "live") setState("camera");
  mediaFile.close();
  try {
    const stream = await camera.open(deviceId);
    fileName = "";
    localStorage.setItem(CAMERA_KEY, camera.deviceId);
    setMirror(true);
    await send(stream);
  } catch (error) {
    fail(error, () => useCamera(deviceId));
  }
}

async function useFile(file) {
  notices.clear();
  try {
    const stream = await mediaFile.open(file);
    camera.close();
    fileName = file.name;
    setMirror(false);
    await send(stream);
  } catch (error) {
    fail(error);
  }
}

function fail(error, retry = null) {
  if (!(error instanceof PageError)) throw error;
  stop();
  notices.error(error, { retry });
}

function stop() {
  connection.stop();
  camera.close();
  mediaFile.close();
  compare.toggle(false);
  element("compare").setAttribute("aria-pressed", "false");
  local.srcObject = remote.srcObject = null;
  notices.clear();
}

function received(message) {
  if (message.type === "stats") serverStats = message;
  else if (message.type === "notice") notices.toast(message.code, message.message);
}

function changedState({ state, error, wait }) {
  setState(state);
  if (state === "waiting") notices.error(error, { wait });
  else if (state === "failed") fail(error, () => useCamera(localStorage.getItem(CAMERA_KEY)));
  else if (state === "live") notices.clear();
  if (state !== "live") {
    document.body.classList.remove("has-picture");
    sampler.reset();
    serverStats = null;
    element("stats").replaceChildren();
  }
}

function watchFrames() {
  remote.requestVideoFrameCallback((now, frame) => {
    if (document.body.dataset.state === "live") document.body.classList.add("has-picture");
    sampler.frame(frame);
    watchFrames();
  });
}

async function sampleStats() {
  const report = await connection.getStats();
  const sample = report && sampler.sample(report, serverStats);
  if (!sample) return;
  latency = sample.latency;
  if (!element("stats").hidden) showStats(element("stats"), sample);
}

async function loadGallery() {
  try {
    const [styles, palette] = await Promise.all([fetchStyles(), fetchColors()]);
    gallery.fill(styles);
    colors.fill(palette);
    tips.fill(palette);
    looks.restrict(styles.map(({ id }) => id), palette.map(({ id }) => id));
    showLook(looks.look);
    if (element("error").dataset.code === "gallery") notices.clear();
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    notices.error(new PageError("gallery"));
    setTimeout(loadGallery, GALLERY_RETRY_MS);
  }
}

function press(button, pressed) {
  element(button).setAttribute("aria-pressed", String(pressed));
}

function bindControls() {
  element("consent").addEventListener("change", ({ target }) => {
    element("start").disabled = element("pick-file").disabled = !target.checked;
  });
  element("welcome").addEventListener("submit", (event) => {
    event.preventDefault();
    useCamera(localStorage.getItem(CAMERA_KEY));
  });
  for (const id of ["pick-file", "change-file"]) {
    element(id).addEventListener("click", () => element("file").click());
  }
  element("file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (file && element("consent").checked) useFile(file);
  });
  element("camera").addEventListener("change", ({ target }) => target.value !== FILE && useCamera(target.value));
  element("stop").addEventListener("click", stop);
  element("flip").addEventListener("click", () => setMirror(!mirrored));
  element("compare").addEventListener("click", () => {
    compare.toggle();
    press("compare", compare.on);
  });
  element("stats-toggle").addEventListener("click", () => {
    element("stats").hidden = !element("stats").hidden;
    press("stats-toggle", !element("stats").hidden);
  });
  element("snapshot").addEventListener("click", async () => {
    await saveSnapshot(remote, { mirrored, name: looks.look.style });
    notices.toast("saved");
  });
  element("language").addEventListener("click", () => language.toggle());
}

function translate() {
  language.apply();
  element("language").textContent = language.text("language.other");
  setState(document.body.dataset.state);
  gallery.translate();
  colors.translate();
  tips.translate();
  showLook(looks.look);
}

function start() {
  bindControls();
  setMirror(true);
  translate();
  language.addEventListener("change", translate);
  looks.addEventListener("change", ({ detail }) => {
    showLook(detail);
    connection.setLook(detail);
  });
  connection.addEventListener("state", ({ detail }) => changedState(detail));
  connection.addEventListener("message", ({ detail }) => received(detail));
  connection.addEventListener("stream", ({ detail }) => (remote.srcObject = detail));
  local.addEventListener("resize", () => {
    if (local.videoHeight) element("mirror").style.setProperty("--ratio", local.videoWidth / local.videoHeight);
  });
  navigator.mediaDevices?.addEventListener("devicechange", listCameras);
  window.addEventListener("pagehide", () => connection.leave());
  setInterval(sampleStats, 1000);
  watchFrames();
  loadGallery();
  if (!window.RTCPeerConnection) notices.error(new PageError("unsupported"));
  else if (!window.isSecureContext) notices.error(new PageError("insecure-context"));
}

start();
