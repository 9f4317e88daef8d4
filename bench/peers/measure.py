"""Times one network in PyTorch, as JSON in and out.

python3 measure.py '{"network": "uNet", "options": {"width": 16}, "batch": 4, "size": 256, "layout": "contiguous", "work": "train"}'

Prints the number of parameters, the median milliseconds of a train step or of inference, and the most bytes that this took.
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


def measure(network, options, batch, size, layout, work, rounds=7):
    torch.manual_seed(1)
    torch.set_num_threads(THREADS)
    order = {"contiguous": torch.contiguous_format, "channelsLast": torch.channels_last}[layout]
    model = NETWORKS[network](**options).to(memory_format=order)
    images = torch.randn(batch, 1, size, size).contiguous(memory_format=order)
    masks = (torch.randn(batch, 1, size, size) > 0.5).float().contiguous(memory_format=order)
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

    model.train(work == "train")
    time = median(step if work == "train" else infer, rounds)
    return {"time": time, "peak": peak_bytes(), "parameters": sum(p.numel() for p in model.parameters())}


print(json.dumps(measure(**json.loads(sys.argv[1]))))
