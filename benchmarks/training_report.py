"""The report of training.py as text."""

from typing import Any

Report = dict[str, Any]
LEAST = {"nanogpt": 1.8, "litgpt": 1.0}
"""Winnow's speed over each peer's that must hold."""
QUIET = 0.05


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
    if "quality" in report:
        said += ["", *_quality(report["quality"])]
    return said


def _speed(report: Report) -> list[str]:
    speeds, matmul, flops = report["speed"], report["matmul"], report["flops_per_token"]
    said = [
        f"matrix products, median of the rounds: {matmul['bfloat16'] / 1e9:,.0f} GFLOP/s bfloat16, "
        f"{matmul['float32'] / 1e9:,.0f} float32; a token takes {flops / 1e6:.1f} MFLOP",
        f"{'':15}{'tokens/s':>10}{'from':>8}{'to':>8}{'of bf16':>9}{'of fp32':>9}{'first step':>12}{'memory':>10}",
    ]
    for name, of in speeds.items():
        shares = [of["tokens_per_second"] * flops / matmul[kind] for kind in ("bfloat16", "float32")]
        said.append(
            f"{name:15}{of['tokens_per_second']:10,.0f}{of['low']:8,.0f}{of['high']:8,.0f}{shares[0]:9.0%}"
            f"{shares[1]:9.0%}{of['first_step_seconds']:10.1f} s{of['memory'] / 2**30:7.2f} GiB"
        )
    if report["peak"]:
        said += [
            f"MFU of {name}, against the stated peak: {of['tokens_per_second'] * flops / report['peak']:.1%}"
            for name, of in speeds.items()
        ]
    if "winnow" in speeds:
        said += [_ratio(name, speeds) for name in speeds if name != "winnow"]
    noisy = {name: of["others"] for name, of in speeds.items() if of["others"] > QUIET}
    return said + [f"NOT QUIET: others took up to {share:.0%} of the CPUs beside {n}" for n, share in noisy.items()]


def _ratio(name: str, speeds: Report) -> str:
    ratio = speeds["winnow"]["tokens_per_second"] / speeds[name]["tokens_per_second"]
    goal = next((f", must be {least} or more" for peer, least in LEAST.items() if name.startswith(peer)), "")
    return f"winnow : {name}, tokens/s {ratio:.2f}{goal}"


def _quality(quality: Report) -> list[str]:
    said = [
        f"after {quality['minutes']:g} minutes from the command to the last step's end, mean of the seeds",
        f"{'':15}{'bits/byte':>10}{'95 % interval':>20}   steps, seconds and bits per byte of each seed",
    ]
    for name, of in quality["trainers"].items():
        runs = "; ".join(f"{steps} {seconds:.0f} s {bits:.4f}" for steps, seconds, bits in of["runs"])
        between = f"{of['low']:.4f} to {of['high']:.4f}"
        said.append(f"{name:15}{of['bits_per_byte']:10.4f}{between:>20}   {runs}")
    for name, of in quality["trainers"].items():
        if len(of["tried"]) > 1:
            tried = ", ".join(f"{float(rate):g}: {bits:.4f}" for rate, bits in of["tried"].items())
            said.append(f"{name}'s rates, first seed: {tried}")
        said.append(f"{name} is scored with the end-of-text before a document {of['view']}")
    for name, of in quality["ahead"].items():
        between = f"{of['low']:.4f} to {of['high']:.4f}"
        said.append(f"winnow ahead of {name} by {of['value']:.4f} bits per byte ({between}), must be above 0")
    return said
