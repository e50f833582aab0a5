/** [hue in degrees, saturation 0-1, lightness 0-1] of #RRGGBB (CSS Color 4, section 7). */
export function toHsl(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const high = Math.max(red, green, blue);
  const range = high - Math.min(red, green, blue);
  const lightness = high - range / 2;
  if (!range) return [0, 0, lightness];
  const sector =
    high === red ? ((green - blue) / range + 6) % 6 : high === green ? (blue - red) / range + 2 : (red - green) / range + 4;
  return [60 * sector, range / (1 - Math.abs(2 * lightness - 1)), lightness];
}

/** #RRGGBB of a hue in degrees, saturation and lightness 0-1. */
export function toHex(hue, saturation, lightness) {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset) => {
    const place = (offset + hue / 30) % 12;
    const value = lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1));
    return Math.round(255 * value).toString(16).padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`.toUpperCase();
}
