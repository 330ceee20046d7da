"""A picture and networks for enlarging."""

import cv2
import numpy as np

from editor.engine.networks import NetworkInput


class BlurNetwork:
    """Enlarges by repeating pixels, after a blur that looks ``reach`` pixels far: a network in all but its weights."""

    inputs = (NetworkInput("input", (None, 3, None, None), "float32"),)

    def __init__(self, scale=4, reach=3, shift=0.0):
        self.scale, self.reach, self.shift = scale, reach, shift
        self.shapes = []

    def run(self, inputs):
        planes = inputs["input"][0]
        self.shapes.append(planes.shape)
        assert planes.min() >= 0 and planes.max() <= 1
        blurred = cv2.blur(np.ascontiguousarray(planes.transpose(1, 2, 0)), (2 * self.reach + 1,) * 2)
        large = blurred.repeat(self.scale, axis=0).repeat(self.scale, axis=1).transpose(2, 0, 1)
        return (np.asarray(large + self.shift, np.float32)[None],)


class Shelf:
    """Networks by name; remembers which were asked for."""

    def __init__(self, **networks):
        self.networks = {name.replace("_", "-"): network for name, network in networks.items()}
        self.asked = []

    def network(self, name):
        self.asked.append(name)
        return self.networks.get(name)


def scene(height, width, seed=3):
    """Slopes, edges and texture, in colour."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    light = 90 + 60 * np.sin(columns / 17) + 40 * np.cos(rows / 23)
    picture = np.dstack((light, light * 0.7 + 30, 200 - light * 0.6))
    cv2.circle(picture, (width // 3, height // 2), min(height, width) // 4, (235, 60, 40), -1, cv2.LINE_AA)
    for place in range(8, width, 29):
        cv2.line(picture, (place, 0), (place + 20, height), (20, 30, 60), 2, cv2.LINE_AA)
    texture = cv2.GaussianBlur(random.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.2)
    return np.clip(picture + 14 * (texture / texture.std())[..., None], 0, 255).astype(np.uint8)
