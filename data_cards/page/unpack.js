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
