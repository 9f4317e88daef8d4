"""The networks of the benchmarks in PyTorch, layer for layer as hepaflow's own: the same parameters, the same arithmetic."""
import torch
from torch import nn
from torch.nn import functional as F


class BatchNorm(nn.BatchNorm2d):
    """Takes the running statistics where a channel has a single value, which PyTorch refuses to train on."""

    def forward(self, x):
        if self.training and x.numel() == x.shape[1]:
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
        return super().forward(x)


def conv_norm(fan_in, out, kernel, stride=1, bias=False):
    conv = nn.Conv2d(fan_in, out, kernel, stride, kernel // 2, bias=bias)
    return nn.Sequential(conv, BatchNorm(out))


def conv_norm_relu(*args, **options):
    return nn.Sequential(*conv_norm(*args, **options), nn.ReLU(inplace=True))


def double_conv(fan_in, out):
    return nn.Sequential(*conv_norm_relu(fan_in, out, 3), *conv_norm_relu(out, out, 3))


def bilinear(x, size):
    return x if x.shape[2:] == size else F.interpolate(x, size, mode="bilinear", align_corners=True)


class BasicBlock(nn.Module):
    def __init__(self, fan_in, out, stride):
        super().__init__()
        self.first = conv_norm_relu(fan_in, out, 3, stride)
        self.second = conv_norm(out, out, 3)
        self.shortcut = conv_norm(fan_in, out, 1, stride) if stride != 1 or fan_in != out else nn.Identity()

    def forward(self, x):
        return F.relu(self.second(self.first(x)) + self.shortcut(x), inplace=True)


def resnet18_stages(width):
    def stage(i):
        fan_in, out, stride = (width, width, 1) if i == 0 else (width * 2 ** (i - 1), width * 2**i, 2)
        return nn.Sequential(BasicBlock(fan_in, out, stride), BasicBlock(out, out, 1))

    return nn.ModuleList(stage(i) for i in range(4))


class UResNet(nn.Module):
    """U-shaped ResNet-18. The "strided" stem halves the map, and a max-pool halves it again; the "full" one keeps it."""

    def __init__(self, width, stem):
        super().__init__()
        self.strided = stem == "strided"
        self.stem = conv_norm_relu(1, width, 7, 2 if self.strided else 1)
        self.stages = resnet18_stages(width)
        skips = [4 * width, 2 * width, width] + ([width, 0] if self.strided else [])
        outs = [4 * width, 2 * width, width] + ([width // 2, width // 4] if self.strided else [])
        self.decoder = nn.ModuleList(double_conv(b + s, o) for b, s, o in zip([8 * width] + outs, skips, outs))
        self.head = nn.Conv2d(outs[-1], 1, 1)

    def forward(self, x):
        stem = self.stem(x)
        y = F.max_pool2d(stem, 3, 2, 1) if self.strided else stem
        maps = []
        for stage in self.stages:
            y = stage(y)
            maps.append(y)
        skips = [maps[2], maps[1], maps[0]] + ([stem, None] if self.strided else [])
        for block, skip in zip(self.decoder, skips):
            y = bilinear(y, (2 * y.shape[2], 2 * y.shape[3]))
            y = block(y if skip is None else torch.cat([y, skip], 1))
        return self.head(y)


class UNet(nn.Module):
    """U-Net with batch norm and transposed convolutions."""

    def __init__(self, width):
        super().__init__()
        levels = [width * 2**i for i in range(5)]
        self.encoder = nn.ModuleList(double_conv(i, o) for i, o in zip([1] + levels, levels))
        self.rises = nn.ModuleList(nn.ConvTranspose2d(2 * o, o, 2, 2) for o in levels[3::-1])
        self.blocks = nn.ModuleList(double_conv(2 * o, o) for o in levels[3::-1])
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        maps = []
        for i, block in enumerate(self.encoder):
            x = block(x if i == 0 else F.max_pool2d(x, 2))
            maps.append(x)
        for rise, block, skip in zip(self.rises, self.blocks, maps[3::-1]):
            x = block(torch.cat([skip, rise(x)], 1))
        return self.head(x)


def runs(length, scale):
    """(start, patches, size) of neighbouring patches of one size; the last patch takes what is left."""
    count = min(scale, length)
    size = length // count
    rest = length - (count - 1) * size
    if rest == size:
        return [(0, count, size)]
    return [r for r in [(0, count - 1, size), ((count - 1) * size, 1, rest)] if r[1] > 0]


def attend(query, key, value):
    return torch.softmax(query @ key.transpose(1, 2), -1) @ value


class NonLocal(nn.Module):
    """Attention within each of scale x scale patches; patches of one size go through as one batch."""

    def __init__(self, channels, ratio, scale=1):
        super().__init__()
        self.scale = scale
        self.query = nn.Conv2d(channels, channels // ratio, 1)
        self.key = nn.Conv2d(channels, channels // ratio, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        maps = [self.query(x), self.key(x), self.value(x)]
        columns = runs(x.shape[3], self.scale)
        bands = [torch.cat([self.region(maps, row, c) for c in columns], 3) for row in runs(x.shape[2], self.scale)]
        return self.gamma * torch.cat(bands, 2) + x

    def region(self, maps, row, column):
        (top, n, h), (left, m, w) = row, column
        batch = maps[0].shape[0]

        def cut(y):
            y = y[:, :, top : top + n * h, left : left + m * w].reshape(batch, -1, n, h, m, w)
            return y.permute(0, 2, 4, 3, 5, 1).reshape(batch * n * m, h * w, -1)

        y = attend(*(cut(y) for y in maps)).reshape(batch, n, m, h, w, -1)
        return y.permute(0, 5, 1, 3, 2, 4).reshape(batch, -1, n * h, m * w)


def bottleneck(channels):
    inner = max(1, channels // 4)
    return nn.Sequential(*conv_norm_relu(channels, inner, 1, bias=True), *conv_norm(inner, channels, 1, bias=True))


class Agcb(nn.Module):
    def __init__(self, channels, ratio, scale):
        super().__init__()
        self.scale = scale
        self.local = NonLocal(channels, ratio, scale)
        self.guide = nn.Sequential(NonLocal(channels, 1), bottleneck(channels), nn.Sigmoid())
        self.smooth = conv_norm(channels, channels, 3, bias=True)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        height, width = x.shape[2:]
        guide = self.guide(F.adaptive_max_pool2d(x, (min(self.scale, height), min(self.scale, width))))
        rows, columns = (self.patch_of(length) for length in (height, width))
        guided = self.local(x) * guide[:, :, rows][:, :, :, columns]
        return F.relu(self.gamma * self.smooth(guided) + x)

    def patch_of(self, length):
        sizes = torch.tensor([size for _, patches, size in runs(length, self.scale) for _ in range(patches)])
        return torch.repeat_interleave(torch.arange(len(sizes)), sizes)


class Cpm(nn.Module):
    def __init__(self, channels, scales=(10, 6, 5, 3), ratios=(16, 4)):
        super().__init__()
        inner = channels // ratios[0]
        self.reduce = conv_norm_relu(channels, inner, 1, bias=True)
        self.blocks = nn.ModuleList(Agcb(inner, ratios[1], scale) for scale in scales)
        self.expand = conv_norm_relu(inner * (len(scales) + 1), channels, 1, bias=True)

    def forward(self, x):
        reduced = self.reduce(x)
        return self.expand(torch.cat([reduced] + [block(reduced) for block in self.blocks], 1))


class Afm(nn.Module):
    def __init__(self, high, low):
        super().__init__()
        self.reduce = conv_norm_relu(high, low, 1, bias=True)
        self.fuse = conv_norm_relu(low, low, 3, bias=True)
        self.channel = bottleneck(low)
        self.pixel = bottleneck(low)

    def forward(self, high, low):
        deep = self.reduce(high)
        channel = torch.sigmoid(self.channel(F.adaptive_avg_pool2d(deep, 1)))
        return self.fuse(low + deep) * channel * torch.sigmoid(self.pixel(low))


class AgcafNet(nn.Module):
    """AGCAF-Net on a ResNet-18, patch fusion, no side head."""

    def __init__(self, width):
        super().__init__()
        self.stem = conv_norm_relu(1, width, 7)
        self.stages = resnet18_stages(width)
        self.context = Cpm(8 * width)
        self.fuse23 = Afm(8 * width, 4 * width)
        self.fuse12 = Afm(4 * width, 2 * width)
        inner = max(1, width // 2)
        head = [*conv_norm_relu(2 * width, inner, 3, bias=True), nn.Dropout(0.1), nn.Conv2d(inner, 1, 1)]
        self.head = nn.Sequential(*head)

    def forward(self, x):
        first, second, third, fourth = self.stages
        c1 = second(first(self.stem(x)))
        c2 = third(c1)
        c3 = self.context(fourth(c2))
        fused23 = self.fuse23(bilinear(c3, c2.shape[2:]), c2)
        fused12 = self.fuse12(bilinear(fused23, c1.shape[2:]), c1)
        return bilinear(self.head(fused12), x.shape[2:])


NETWORKS = {"uResNet": UResNet, "agcafNet": AgcafNet, "uNet": UNet}
