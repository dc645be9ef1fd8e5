"use strict";
// The data: base64 of gzip of JSON, so that no text of a document stands in the page's source.

async function unpacked() {
  const node = document.getElementById("data"), binary = atob(node.textContent.trim());
  const packed = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) packed[at] = binary.charCodeAt(at);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const found = JSON.parse(await new Response(stream).text());
  node.remove();
  return found;
}

/** Where the data's texts count in code points and scripts in UTF-16 units: a function from the one to the other. */
function unitsOf(text) {
  if (!/[\ud800-\udbff]/.test(text)) return at => Math.min(at, text.length);
  const starts = [];
  let at = 0;
  for (const point of text) { starts.push(at); at += point.length; }
  starts.push(at);
  return point => starts[Math.min(point, starts.length - 1)];
}
