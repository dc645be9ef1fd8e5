"use strict";
// Where a value stands on a histogram's axis. Bins are drawn equally wide, whatever their scale: position i + f is the
// share f of bin i, so an outermost bin that reaches to infinity has a place too.

class MeasureAxis {
  constructor({bins, scale, sketch}) {
    this.bins = bins;
    this.length = bins.length;
    this.logarithmic = scale !== "linear";
    /** A bin for each whole number: its name stands below its middle, and a limit goes beside it. */
    this.whole = bins.every(({low, high}) => Number.isInteger(low) && high === low + 1) && (sketch?.low ?? []).every((low, at) => Number.isInteger(low) && low === sketch.high[at]);
  }

  /** Where a limit is drawn: of whole numbers "at most 3" goes behind the bar of 3. */
  cut(value, side) {
    if (!this.whole) return this.position(value);
    return Math.min(Math.max((side === "max" ? Math.floor(value) + 1 : Math.ceil(value)) - this.bins[0].low, 0), this.length);
  }

  /** The limit at a position. */
  limit(position, side) {
    return this.whole ? this.bins[0].low + Math.round(position) - (side === "max" ? 1 : 0) : this.value(position);
  }

  /** [low, high] of a bin, finite; a bin without an end takes the width of its neighbour. */
  ends(at) {
    const finite = x => typeof x === "number" && Number.isFinite(x), {low, high} = this.bins[at];
    const width = at => { const bin = this.bins[at]; return bin && finite(bin.low) && finite(bin.high) ? bin.high - bin.low : 1; };
    return [finite(low) ? low : finite(high) ? high - width(at + 1) : 0, finite(high) ? high : finite(low) ? low + width(at - 1) : 1];
  }

  position(value) {
    let at = 0;
    while (at < this.length - 1 && value >= this.ends(at)[1] && !(value === this.ends(at)[1] && this.ends(at + 1)[0] > value)) at++;
    const [low, high] = this.ends(at);
    if (high <= low) return at + (value < low ? 0 : value > high ? 1 : 0.5);
    const part = this.logarithmic && low > 0 ? Math.log(value / low) / Math.log(high / low) :
      this.logarithmic && high < 0 ? 1 - Math.log(value / high) / Math.log(low / high) : (value - low) / (high - low);
    return at + (value <= low ? 0 : value >= high ? 1 : Math.min(Math.max(part, 0), 1));
  }

  value(position) {
    const at = Math.min(Math.max(Math.floor(position), 0), this.length - 1), part = Math.min(Math.max(position - at, 0), 1);
    const [low, high] = this.ends(at);
    if (this.logarithmic && low > 0) return low * (high / low) ** part;
    if (this.logarithmic && high < 0) return high * (low / high) ** (1 - part);
    return low + part * (high - low);
  }

  /** Round numbers with room between them, as [position, value]. */
  ticks(most) {
    if (this.whole) {
      const every = Math.ceil(this.length / (2 * most));
      return this.bins.flatMap(({low}, at) => at % every ? [] : [[at + 0.5, low]]);
    }
    const first = this.ends(0)[0], last = this.ends(this.length - 1)[1], found = [];
    const wanted = new Set([0, ...charts.ticks(first, last, this.logarithmic ? 4 : most)]);
    if (this.logarithmic) for (let power = -6; power <= 12; power++) for (const many of [1, 2, 5]) wanted.add(Number(`${many}e${power}`)).add(-Number(`${many}e${power}`));
    const rank = value => value === 0 ? 0 : /^-?1e/.test(value.toExponential()) ? 1 : /^-?[25]e/.test(value.toExponential()) ? 2 : 3;
    for (const value of [...wanted].filter(v => v >= first && v <= last).sort((a, b) => rank(a) - rank(b) || a - b)) {
      const at = this.position(value);
      if (found.every(([other]) => Math.abs(other - at) >= this.length / most)) found.push([at, value]);
    }
    return found.sort((a, b) => a[0] - b[0]);
  }
}
