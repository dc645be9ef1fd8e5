"use strict";
// What a limit does, counted from a group's sketch. Its bins are single values (low == high) or what lies between two.
// views/report/slider.py counts the same way.

/**
 * Documents under the limits {min, max}, either of them null:
 * failed {kept, alone, first, another}: beyond them, by the fate that the documents have now;
 * kept: how many would be kept; unsure: how many lie in the same bin as a new limit, on whichever side.
 * Documents that broke this rule alone come back where they are within; those that broke another too do not.
 */
function recount(group, limits) {
  const {sketch} = group, now = {min: group.min ?? null, max: group.max ?? null};
  const failed = {kept: 0, alone: 0, first: 0, another: 0};
  let kept = 0, unsure = 0;
  for (let at = 0; at < sketch.low.length; at++) {
    const low = sketch.low[at] ?? -Infinity, high = sketch.high[at] ?? Infinity;
    for (const fate of Object.keys(failed)) {
      const documents = sketch[fate][at];
      if (!documents) continue;
      const [least, most] = narrowed(low, high, now, fate), verdict = beyond(least, most, limits, sketch.fine);
      if (verdict === null) unsure += documents;
      const middle = (least + most) / 2, falls = verdict ?? beyond(middle, middle, limits, true);
      if (falls) failed[fate] += documents;
      else if (fate === "kept" || fate === "alone") kept += documents;
    }
  }
  return {failed, kept, unsure, decided: failed.kept + failed.alone, anyway: failed.first};
}

/** What is known of values in a bin through which the limit of now goes: kept ones are within it, dropped ones beyond. */
function narrowed(low, high, now, fate) {
  if (fate === "another" || low === high) return [low, high];
  if (fate === "kept") return [now.min !== null && low < now.min && now.min < high ? now.min : low, now.max !== null && low < now.max && now.max < high ? now.max : high];
  if (now.min !== null && low < now.min && now.min < high) return [low, now.min];
  if (now.max !== null && low < now.max && now.max < high) return [now.max, high];
  return [low, high];
}

/**
 * Whether all values from low to high are beyond the limits (true), none is (false), or some may be (null).
 * A fine bin holds neither of its ends, another the one nearer to zero.
 */
function beyond(low, high, {min, max}, fine) {
  if (low === high) return (min !== null && low < min) || (max !== null && low > max);
  const under = min !== null && (high < min || (high === min && (fine || high > 0)));
  const over = max !== null && (low > max || (low === max && (fine || low < 0)));
  if (under || over) return true;
  if ((min !== null && low < min) || (max !== null && high > max)) return null;
  return false;
}

/** The values at which a limit can be told exactly: edges of bins, and the limits of now. */
function exactCuts(group) {
  const whole = new MeasureAxis(group).whole ? group.bins.map(bin => bin.low) : [];
  const edges = [...whole, ...group.sketch.low, ...group.sketch.high, ...group.bins.flatMap(bin => [bin.low, bin.high]), group.min, group.max];
  return [...new Set(edges.filter(edge => typeof edge === "number" && Number.isFinite(edge)))].sort((a, b) => a - b);
}

const nearest = (cuts, value) => cuts.reduce((best, cut) => Math.abs(cut - value) < Math.abs(best - value) ? cut : best, cuts[0] ?? value);

/** The line of a recipe that sets these limits, for the step's [[step]]. */
function tomlLine(rule, group, limits) {
  const key = name => /^[A-Za-z0-9_-]+$/.test(name) ? name : `"${plain(name).replace(/["\\]/g, "\\$&")}"`;
  const sides = ["min", "max"].filter(side => limits[side] !== null).map(side => `${side} = ${limits[side]}`);
  const [first] = group.languages?.length ? group.languages : [null];
  return `${first ? `languages.${key(first)}.` : ""}limits.${key(rule.measure)} = ${sides.length ? `{ ${sides.join(", ")} }` : '"off"'}`;
}
