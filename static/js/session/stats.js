const EMPTY = Object.freeze({});

/** Total of `sum` over `count` since the previous report, in milliseconds each. */
function mean(now, before, sum, count) {
  const items = (now[count] ?? 0) - (before[count] ?? 0);
  return items > 0 ? (1000 * ((now[sum] ?? 0) - (before[sum] ?? 0))) / items : 0;
}

function pick(report) {
  const found = { outbound: EMPTY, inbound: EMPTY, pair: EMPTY, codec: EMPTY };
  for (const entry of report.values()) {
    if (entry.type === "outbound-rtp" && entry.kind === "video") found.outbound = entry;
    else if (entry.type === "inbound-rtp" && entry.kind === "video") found.inbound = entry;
    else if (entry.type === "candidate-pair" && entry.nominated) found.pair = entry;
  }
  found.codec = report.get(found.inbound.codecId) ?? EMPTY;
  return found;
}

/**
 * Turns two RTCStatsReports and the server's own figures into what the overlay shows. The delay from camera to
 * screen is a sum of means: encoding, pacing and half a round trip up; the server's stages; half a round trip,
 * jitter buffer, decoding and display down. It leaves out the camera's own delay.
 */
export class StatsSampler {
  #before = null;
  #display = 0;

  /** Note a remote frame's metadata (requestVideoFrameCallback): how long from its arrival to the screen. */
  frame({ expectedDisplayTime, receiveTime }) {
    if (!receiveTime) return;
    const delay = expectedDisplayTime - receiveTime;
    this.#display = this.#display ? 0.9 * this.#display + 0.1 * delay : delay;
  }

  /** `server` is the latest {type: "stats"} message; null until two reports are there. */
  sample(report, server) {
    const now = pick(report);
    const before = this.#before;
    this.#before = now;
    const seconds = before ? (now.inbound.timestamp - before.inbound.timestamp) / 1000 : 0;
    if (!(seconds > 0)) return null;
    const rate = (kind, key) => Math.max(0, (now[kind][key] ?? 0) - (before[kind][key] ?? 0)) / seconds;
    const rtt = 1000 * (now.pair.currentRoundTripTime ?? 0);
    const uplink =
      mean(now.outbound, before.outbound, "totalEncodeTime", "framesEncoded") +
      mean(now.outbound, before.outbound, "totalPacketSendDelay", "packetsSent") +
      rtt / 2;
    const buffered =
      mean(now.inbound, before.inbound, "jitterBufferDelay", "jitterBufferEmittedCount") +
      mean(now.inbound, before.inbound, "totalDecodeTime", "framesDecoded");
    const downlink = rtt / 2 + Math.max(this.#display, buffered);
    const serverTime = server?.latency_ms ?? 0;
    return {
      latency: uplink + serverTime + downlink,
      uplink,
      server: serverTime,
      downlink,
      stages: Object.entries(server?.stages ?? EMPTY),
      sent: rate("outbound", "framesSent"),
      shown: rate("inbound", "framesDecoded"),
      droppedServer: server?.dropped ?? 0,
      droppedBrowser: now.inbound.framesDropped ?? 0,
      up: (8 * rate("outbound", "bytesSent")) / 1e6,
      down: (8 * rate("inbound", "bytesReceived")) / 1e6,
      rtt,
      codec: (now.codec.mimeType ?? "").replace("video/", ""),
      width: now.inbound.frameWidth ?? 0,
      height: now.inbound.frameHeight ?? 0,
      engine: server?.engine ?? null,
      quality: server?.quality ?? null,
      limit: now.outbound.qualityLimitationReason ?? "none",
    };
  }
}
