/* The three classifiers in plain typed arrays, and the nearest of some images.
   A packed network (src/hidden_units/page/weights.py) lists its layers in the order of
   computation; its weights are float16, little endian, each layer's weights before its biases. */

const ACTIVATIONS = { none: null, tanh: Math.tanh, relu: (value) => (value > 0 ? value : 0) };

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/* Finite float16 (IEEE 754 binary16, little endian) to float32; Float16Array is not in every browser. */
function halvesToFloats(bytes) {
  const floats = new Float32Array(bytes.length >> 1);
  for (let k = 0; k < floats.length; k += 1) {
    const high = bytes[2 * k + 1];
    const fraction = ((high & 3) << 8) | bytes[2 * k];
    const exponent = (high >> 2) & 31;
    const value = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
    floats[k] = high & 128 ? -value : value;
  }
  return floats;
}

/* outputs[o, p] = biases[o] + sum over k of weights[o, k] * columns[p, k]. */
function affine(weights, biases, columns, size, outputs) {
  const places = columns.length / size;
  for (let o = 0; o < biases.length; o += 1) {
    for (let p = 0; p < places; p += 1) {
      let sum = biases[o];
      for (let k = 0; k < size; k += 1) sum += weights[o * size + k] * columns[p * size + k];
      outputs[o * places + p] = sum;
    }
  }
}

/* The patch under the kernel at each place, as columns for `affine`; input is (channels, side, side). */
function gather(input, channels, side, kernel, columns) {
  const places = side - kernel + 1;
  let k = 0;
  for (let y = 0; y < places; y += 1) {
    for (let x = 0; x < places; x += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        for (let down = 0; down < kernel; down += 1) {
          const start = (channel * side + y + down) * side + x;
          for (let right = 0; right < kernel; right += 1) columns[k++] = input[start + right];
        }
      }
    }
  }
}

/* The largest value of each square; a last row or column that fills no square is left out. */
function poolMaximum(input, channels, side, square, output) {
  const places = Math.floor(side / square);
  for (let channel = 0; channel < channels; channel += 1) {
    for (let y = 0; y < places; y += 1) {
      for (let x = 0; x < places; x += 1) {
        let largest = -Infinity;
        for (let down = 0; down < square; down += 1) {
          const start = (channel * side + y * square + down) * side + x * square;
          for (let right = 0; right < square; right += 1) {
            if (input[start + right] > largest) largest = input[start + right];
          }
        }
        output[(channel * places + y) * places + x] = largest;
      }
    }
  }
}

function softmax(values) {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}

/* One layer as a function from an activation (channels, side, side), or a vector, to the next.
   Its buffers are made once: a forward pass takes no memory. */
function makeLayer(description, weights, biases, side) {
  const [outputs, inputs, kernel = 1] = description.shape;
  const activate = ACTIVATIONS[description.activation];
  const isConvolution = description.shape.length === 4;
  const size = inputs * kernel * kernel;
  const places = isConvolution ? side - kernel + 1 : 1;
  const columns = isConvolution ? new Float32Array(size * places * places) : null;
  const sums = new Float32Array(outputs * places * places);
  const nextSide = Math.floor(places / description.pool);
  const pooled = description.pool > 1 ? new Float32Array(outputs * nextSide * nextSide) : sums;
  return {
    side: nextSide,
    forward(input) {
      if (isConvolution) gather(input, inputs, side, kernel, columns);
      affine(weights, biases, isConvolution ? columns : input, size, sums);
      if (pooled !== sums) poolMaximum(sums, outputs, places, description.pool, pooled);
      if (activate) for (let k = 0; k < pooled.length; k += 1) pooled[k] = activate(pooled[k]);
      return pooled;
    },
  };
}

/* A network whose `probabilities` takes 28 x 28 values from 0 to 255, white on black. */
function unpackNetwork(packed, imageSide) {
  const numbers = halvesToFloats(bytesOf(packed.weights));
  const layers = [];
  let place = 0;
  let side = imageSide;
  for (const description of packed.layers) {
    const count = description.shape.reduce((product, length) => product * length, 1);
    const weights = numbers.subarray(place, place + count);
    const biases = numbers.subarray(place + count, place + count + description.shape[0]);
    place += count + description.shape[0];
    const layer = makeLayer(description, weights, biases, side);
    layers.push(layer);
    side = layer.side;
  }
  const input = new Float32Array(imageSide * imageSide);
  return {
    probabilities(pixels) {
      for (let k = 0; k < input.length; k += 1) input[k] = (pixels[k] / 255 - 0.5) / 0.5;
      return softmax(layers.reduce((values, layer) => layer.forward(values), input));
    },
  };
}

/* How much probability of its answer a network loses when a square of an image is covered: row by row of squares an array,
   with the place of each. As in src/hidden_units/characters/probing.py. */
const COVER = 6, STRIDE = 2; // pixels
function* occlusion(network, pixels, side) {
  const whole = network.probabilities(pixels), most = Math.max(...whole), chosen = whole.indexOf(most);
  for (let row = 0; row <= side - COVER; row += STRIDE) {
    const losses = [];
    for (let column = 0; column <= side - COVER; column += STRIDE) {
      const part = pixels.slice();
      for (let y = row; y < row + COVER; y += 1) part.fill(0, y * side + column, y * side + column + COVER);
      losses.push({ row, column, lost: most - network.probabilities(part)[chosen] });
    }
    yield losses;
  }
}

/* Places and distances of the `count` images nearest to `pixels` (Euclidean, values from 0 to 1). */
function nearestImages(images, pixels, count, without) {
  const found = [];
  for (let place = 0; place < images.length; place += 1) {
    if (place === without) continue;
    const image = images[place];
    const limit = found.length < count ? Infinity : found[count - 1].squared;
    let squared = 0;
    for (let k = 0; k < pixels.length && squared < limit; k += 1) {
      const difference = image[k] - pixels[k];
      squared += difference * difference;
    }
    if (squared >= limit) continue;
    found.push({ place, squared });
    found.sort((a, b) => a.squared - b.squared).splice(count);
  }
  return found.map(({ place, squared }) => ({ place, distance: Math.sqrt(squared) / 255 }));
}
