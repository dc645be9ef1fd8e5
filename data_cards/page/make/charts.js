// What the pages draw with. Only what is named here, and what it needs, goes into the bundle.
export {areaY, axisX, axisY, cell, dot, gridY, line, plot, pointerX, rect, ruleX, ruleY, text, tip} from "@observablehq/plot";
export {ticks} from "d3";
