import { language } from "../i18n.js";

const PARTS = ["uplink", "server", "downlink"];

function row(label, ...content) {
  const term = document.createElement("dt");
  const value = document.createElement("dd");
  term.textContent = label;
  value.append(...content);
  return [term, value];
}

function bar(sample) {
  const element = document.createElement("div");
  element.className = "budget";
  for (const name of PARTS) {
    const part = document.createElement("span");
    part.className = name;
    part.style.flexGrow = sample[name];
    part.textContent = sample[name].toFixed(0);
    part.title = language.text(`stats.${name}`);
    element.append(part);
  }
  return element;
}

function engineText({ name, backend, path, keyframe_age_s: age, pass_s: made }) {
  const parts = [name, backend, path].filter(Boolean);
  if (age !== null) parts.push(language.text("stats.engine-keyframe", { age: age.toFixed(0), made: made.toFixed(1) }));
  return parts.join(" · ");
}

function qualityText({ level, strands, pixels, matte, frame }) {
  if (!level) return language.text("stats.quality-best");
  const percent = (share) => Math.round(share * 100);
  return language.text("stats.quality-value", { level, strands: percent(strands), pixels: percent(pixels * frame), matte });
}

/** Draws a sample of StatsSampler into the overlay's <dl>. */
export function showStats(root, sample) {
  const text = (key, values) => language.text(`stats.${key}`, values);
  const { sent, shown, up, down } = sample;
  const rows = [
    row(text("latency"), `${sample.latency.toFixed(0)} ms`, bar(sample)),
    row(text("rates"), text("rates-value", { sent: sent.toFixed(1), shown: shown.toFixed(1) })),
    row(text("drops"), text("drops-value", { server: sample.droppedServer, browser: sample.droppedBrowser })),
    row(text("bitrate"), text("bitrate-value", { up: up.toFixed(2), down: down.toFixed(2) })),
    row(text("rtt"), `${sample.rtt.toFixed(0)} ms`),
    row(text("codec"), `${sample.codec} ${sample.width}×${sample.height}`),
  ];
  if (sample.engine) rows.push(row(text("engine"), engineText(sample.engine)));
  if (sample.quality) rows.push(row(text("quality"), qualityText(sample.quality)));
  if (sample.limit !== "none") rows.push(row(text("limit"), sample.limit));
  for (const [stage, ms] of sample.stages) rows.push(row(language.has(`stage.${stage}`) ? language.text(`stage.${stage}`) : stage, `${ms.toFixed(1)} ms`));
  root.dataset.fps = shown.toFixed(1);
  root.dataset.latency = sample.latency.toFixed(1);
  root.replaceChildren(...rows.flat());
}
