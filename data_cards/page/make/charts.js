// What the pages draw with. Only what is named here, and what it needs, goes into the bundle.
export {axisX, axisY, barX, cell, gridY, plot, rect, ruleX, ruleY, text} from "@observablehq/plot";
export {format, ticks} from "d3";
