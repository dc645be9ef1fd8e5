"""The report of the benchmark as text. Only what ran in one precision is compared."""

from typing import Any

Report = dict[str, Any]
LEAST = {"litgpt": 1.0}
"""Winnow's speed over each peer's that must hold."""
QUIET = 0.05
PRECISION = f"{'':17}{'precision':>10}"


def lines(report: Report) -> list[str]:
    machine, shape, data = report["machine"], report["shape"], report["data"]
    said = [
        f"{machine['cores']} cores of {machine['processor']}, {machine['device']}, torch {report['torch']}; "
        f"load before it began {machine['load']:.2f}",
        f"L{shape['layers']} D{shape['width']} H{shape['heads']} V{shape['vocab']} T{shape['context']}, "
        f"{shape['micro_rows']} rows a pass, {shape['batch_tokens']:,} tokens a step",
        f"{data['documents']:,} documents, {data['tokens']:,} tokens; held out {data['held_out_documents']} documents, "
        f"{data['held_out_bytes']:,} bytes",
    ]
    if "speed" in report:
        said += ["", *_speed(report)]
    for point in report.get("quality", ()):
        said += ["", *_quality(point)]
    return said


def rivals(rows: Report) -> dict[str, str]:
    """Each peer's name to that of our first row of the same precision, where there is one."""
    ours = {of["precision"]: name for name, of in reversed(rows.items()) if of["kind"] == "winnow"}
    peers = {name: of["precision"] for name, of in rows.items() if of["kind"] != "winnow"}
    return {name: ours[precision] for name, precision in peers.items() if precision in ours}


def _alone(rows: Report) -> list[str]:
    """The peers without such a row."""
    lonely = [name for name, of in rows.items() if of["kind"] != "winnow" and name not in rivals(rows)]
    return [f"{name} is compared with nothing: no row of winnow's is in {rows[name]['precision']}" for name in lonely]


def _speed(report: Report) -> list[str]:
    speeds, matmul, flops = report["speed"], report["matmul"], report["flops_per_token"]
    said = [
        f"matrix products, median of the rounds: {matmul['bfloat16'] / 1e9:,.0f} GFLOP/s bfloat16, "
        f"{matmul['float32'] / 1e9:,.0f} float32; a token takes {flops / 1e6:.1f} MFLOP",
        f"{PRECISION}{'tokens/s':>10}{'from':>8}{'to':>8}{'of products':>13}{'first step':>12}{'memory':>10}",
    ]
    for name, of in speeds.items():
        share = of["tokens_per_second"] * flops / matmul[of["precision"]]
        said.append(
            f"{_row(name, of)}{of['tokens_per_second']:10,.0f}{of['low']:8,.0f}{of['high']:8,.0f}{share:13.0%}"
            f"{of['first_step_seconds']:10.1f} s{of['memory'] / 2**30:7.2f} GiB"
        )
    if report["peak"]:
        said += [
            f"MFU of {name}, against the stated peak: {of['tokens_per_second'] * flops / report['peak']:.1%}"
            for name, of in speeds.items()
            if of["precision"] == "bfloat16"
        ]
    said += ["ratios, within one precision only:"]
    said += [_ratio(name, ours, speeds) for name, ours in rivals(speeds).items()] + _alone(speeds)
    noisy = {name: of["others"] for name, of in speeds.items() if of["others"] > QUIET}
    return said + [f"NOT QUIET: others took up to {share:.0%} of the CPUs beside {n}" for n, share in noisy.items()]


def _row(name: str, of: Report) -> str:
    return f"{name:17}{of['precision']:>10}"


def _ratio(name: str, ours: str, speeds: Report) -> str:
    ratio = speeds[ours]["tokens_per_second"] / speeds[name]["tokens_per_second"]
    goal = next((f", must be {least} or more" for peer, least in LEAST.items() if name.startswith(peer)), "")
    return f"{ours} : {name}, both {speeds[name]['precision']}, tokens/s {ratio:.2f}{goal}"


def _quality(quality: Report) -> list[str]:
    to = " from the command to the last step's end" if quality["by"] == "minutes" else ""
    said = [
        f"after {quality['point']:g} {quality['by']}{to}, mean of the seeds",
        f"{PRECISION}{'bits/byte':>10}{'95 % interval':>20}   steps, seconds and bits per byte of each seed",
    ]
    for name, of in quality["trainers"].items():
        runs = "; ".join(f"{steps} {seconds:.0f} s {bits:.4f}" for steps, seconds, bits in of["runs"])
        between = f"{of['low']:.4f} to {of['high']:.4f}"
        said.append(f"{_row(name, of)}{of['bits_per_byte']:10.4f}{between:>20}   {runs}")
    for name, of in quality["trainers"].items():
        tried = ", ".join(f"{float(rate):g}: {bits:.4f}" for rate, bits in of["tried"].items())
        said.append(f"{name}'s rates, first seed, greatest length: {tried}")
        said.append(f"{name} is scored with the end-of-text before a document {of['view']}")
    for name, of in quality["ahead"].items():
        both, between = quality["trainers"][name]["precision"], f"{of['low']:.4f} to {of['high']:.4f}"
        said.append(
            f"{of['of']} ahead of {name}, both {both}, by {of['value']:.4f} bits per byte ({between}), must be above 0"
        )
    return said + _alone(quality["trainers"])
