// What the pages draw with. Only what is named here, and what it needs, goes into the bundle.
export {axisX, axisY, cell, gridY, plot, rect, ruleY, text} from "@observablehq/plot";
export {ticks} from "d3";
