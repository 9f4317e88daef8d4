"""Times one network in PyTorch: python3 measure.py '{"network": "uNet", "options": {"width": 16}, "batch": 4, "size": 256}'

Prints one line of JSON: parameters, and the median milliseconds of a train step and of inference, in both memory layouts.
"""
import json
import statistics
import sys
import time

import torch

from networks import NETWORKS

THREADS = 2
EPSILON = 1e-5


def dice(logits, target):
    p = torch.sigmoid(logits)
    return 1 - (2 * (p * target).sum() + EPSILON) / (p.sum() + target.sum() + EPSILON)


def median(work, rounds, warm=2):
    times = []
    for _ in range(warm + rounds):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[warm:])


def peak_bytes():
    """VmHWM, because maxrss starts with that of the process which started this one."""
    try:
        with open("/proc/self/status") as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except OSError:
        return None


def measure(network, options, batch, size, rounds=7):
    torch.manual_seed(1)
    torch.set_num_threads(THREADS)
    results = {"version": torch.__version__}
    for name, layout in [("contiguous", torch.contiguous_format), ("channelsLast", torch.channels_last)]:
        model = NETWORKS[network](**options).to(memory_format=layout)
        images = torch.randn(batch, 1, size, size).contiguous(memory_format=layout)
        masks = (torch.randn(batch, 1, size, size) > 0.5).float().contiguous(memory_format=layout)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=4e-4)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = dice(model(images), masks)
            loss.backward()
            optimizer.step()
            return loss.item()

        def infer():
            with torch.no_grad():
                return torch.sigmoid(model(images))

        train = median(step, rounds)
        peak = peak_bytes()
        model.eval()
        results[name] = {"train": train, "inference": median(infer, rounds), "peak": peak}
    results["parameters"] = sum(p.numel() for p in model.parameters())
    return results


print(json.dumps(measure(**json.loads(sys.argv[1]))))
