const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640;
const HEIGHT = 180;
const BASE = 156;

function shape(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

/** Bins of `size` ms: [{from, count}], without empty ones at either end. */
export function bins(delays, size) {
  const low = Math.floor(Math.min(...delays) / size);
  const high = Math.floor(Math.max(...delays) / size);
  const counts = Array.from({ length: high - low + 1 }, (_, index) => ({ from: (low + index) * size, count: 0 }));
  for (const delay of delays) counts[Math.floor(delay / size) - low].count += 1;
  return counts;
}

/** Draw a histogram of `delays` (ms) into an <svg>; `label` is what a screen reader says. */
export function drawHistogram(svg, delays, label) {
  const spread = Math.max(...delays) - Math.min(...delays);
  const size = [2, 5, 10, 20, 50, 100].find((step) => spread / step <= 48) ?? 200;
  const columns = bins(delays, size);
  const most = Math.max(...columns.map(({ count }) => count));
  const step = WIDTH / columns.length;
  const every = Math.ceil(columns.length / 10);
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("aria-label", label);
  svg.replaceChildren(
    ...columns.flatMap(({ from, count }, index) => {
      const height = (count / most) * (BASE - 8);
      const bar = shape("rect", { class: "bar", x: index * step + 1, y: BASE - height, width: Math.max(step - 2, 1), height, rx: 2 });
      const tick = shape("text", { class: "tick", x: (index + 0.5) * step, y: HEIGHT - 6 }, `${from}`);
      return index % every ? [bar] : [bar, tick];
    }),
  );
}
