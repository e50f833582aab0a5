const DESCRIPTION = "Hair edited with LiveHair";
// IPTC's term for pictures that software composed with others.
const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
  'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="LiveHair" ' +
  'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"/></rdf:RDF></x:xmpmeta>';
const PNG_HEADER = 8 + 25;
const XMP_UUID = [0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac];

const bytes = (text) => new TextEncoder().encode(text);

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function big(value, size) {
  return Uint8Array.from({ length: size }, (_, index) => (value >>> (8 * (size - 1 - index))) & 255);
}

/** CRC-32 of PNG chunks (PNG specification, annex D). */
function crc32(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(kind, data) {
  const body = joined(bytes(kind), data);
  return joined(big(data.length, 4), body, big(crc32(body), 4));
}

/** EBML element with a size of two bytes (RFC 8794, section 6). */
function ebml(id, data) {
  return joined(Uint8Array.from(id), big(0x4000 | data.length, 2), data);
}

const MARKS = {
  // After the header (IHDR): XMP as XMP part 3 has it for PNG, and a plain description.
  "image/png": (file) =>
    joined(
      file.subarray(0, PNG_HEADER),
      chunk("iTXt", joined(bytes("XML:com.adobe.xmp"), new Uint8Array(5), bytes(XMP))),
      chunk("tEXt", bytes(`Description\0${DESCRIPTION}`)),
      file.subarray(PNG_HEADER),
    ),
  // XMP in APP1 behind the JFIF header, whose length is in its third and fourth byte.
  "image/jpeg": (file) => {
    const start = file[3] === 0xe0 ? 4 + 256 * file[4] + file[5] : 2;
    const packet = joined(bytes("http://ns.adobe.com/xap/1.0/\0"), bytes(XMP));
    const segment = joined(Uint8Array.of(0xff, 0xe1), big(packet.length + 2, 2), packet);
    return joined(file.subarray(0, start), segment, file.subarray(start));
  },
  // A box of its own at the end, as XMP part 3 has it for ISO files.
  "video/mp4": (file) => {
    const body = joined(bytes("uuid"), Uint8Array.from(XMP_UUID), bytes(XMP));
    return joined(file, big(body.length + 4, 4), body);
  },
  // Tags may follow the clusters (RFC 9559, section 5.1.8); the recorder leaves the segment's length open.
  "video/webm": (file) => {
    const simple = ebml([0x67, 0xc8], joined(ebml([0x45, 0xa3], bytes("COMMENT")), ebml([0x44, 0x87], bytes(DESCRIPTION))));
    return joined(file, ebml([0x12, 0x54, 0xc3, 0x67], ebml([0x73, 0x73], joined(ebml([0x63, 0xc0], new Uint8Array()), simple))));
  },
};

/** The same picture or video with metadata that says it was edited; other types come back as they are. */
export async function markEdited(blob) {
  const mark = MARKS[blob.type.split(";")[0]];
  return mark ? new Blob([mark(new Uint8Array(await blob.arrayBuffer()))], { type: blob.type }) : blob;
}
