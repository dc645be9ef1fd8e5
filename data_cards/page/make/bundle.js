// node bundle.js OUT: writes charts.js, charts.json and charts.LICENSE there, from what npm has installed beside it.
import {readFileSync, readdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {build} from "esbuild";

const out = process.argv[2];
const lock = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;

const {metafile} = await build({
  entryPoints: ["charts.js"], outfile: join(out, "charts.js"), bundle: true, minify: true, format: "iife",
  globalName: "charts", target: "es2022", charset: "ascii", legalComments: "none", metafile: true,
});

// Of tests for whether something is used, esbuild lists files of which no byte is left: those are not bundled.
const inputs = Object.entries(Object.values(metafile.outputs)[0].inputs).filter(([, {bytesInOutput}]) => bytesInOutput > 0);
const folders = new Set(inputs.map(([path]) => path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
const bundled = [...folders].sort().map(folder => ({folder, ...lock[folder]}));
const described = ({folder, version, license, integrity}) => ({name: folder.replace(/^.*node_modules\//, ""), version, license, integrity});

writeFileSync(join(out, "charts.json"), JSON.stringify({
  bundled: bundled.map(described),
  made_with: ["node_modules/esbuild"].map(folder => described({folder, ...lock[folder]})),
}, null, 2) + "\n");

const licence = folder => readFileSync(join(folder, readdirSync(folder).find(name => /^licen[cs]e/i.test(name))), "utf8").trim();
writeFileSync(join(out, "charts.LICENSE"), bundled.map(each =>
  `${each.folder.replace(/^.*node_modules\//, "")} ${each.version}\n\n${licence(each.folder)}\n`).join(`\n${"-".repeat(80)}\n\n`));
