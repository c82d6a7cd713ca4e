/* Training in the page by the protocol of the run: plain loops over plain arrays, the library's parameters in the
   library's order. `epoch` counts updates; `look` computes what the weights do now, `step` updates them. */

const SLICE = 12; // milliseconds of training between two frames
const CHECKED = 16; // epochs between two looks at the clock

/* The library's `Encoder`: a table of 0 and 1 learned by gradient descent with momentum. Parameters:
   weights to the first hidden unit by row, to the second, two biases, and by output two weights and a bias. */
function makeEncoder(targets, { learning_rate, momentum, stop_loss }, parameters) {
  const rows = targets.length, columns = targets[0].length, size = rows * columns;
  const biases = 2 * rows, v1 = biases + 2, v2 = v1 + columns, v0 = v2 + columns;
  const wanted = Float64Array.from(targets.flat()), error = new Float64Array(size);
  const gradient = new Float64Array(parameters.length), velocity = new Float64Array(parameters.length);
  const network = { parameters, epoch: 0, ended: false, step, dots, lines, loss };

  const code = (row) => [Math.tanh(parameters[row] + parameters[biases]), Math.tanh(parameters[rows + row] + parameters[biases + 1])];

  function look() {
    let wrong = 0;
    gradient.fill(0);
    for (let row = 0; row < rows; row += 1) {
      const h1 = Math.tanh(parameters[row] + parameters[biases]), h2 = Math.tanh(parameters[rows + row] + parameters[biases + 1]);
      let back1 = 0, back2 = 0;
      for (let column = 0; column < columns; column += 1) {
        const place = row * columns + column;
        const off = 1 / (1 + Math.exp(-(h1 * parameters[v1 + column] + h2 * parameters[v2 + column] + parameters[v0 + column]))) - wanted[place];
        const share = off / size;
        error[place] = off;
        wrong += off < 0 ? -off : off;
        back1 += parameters[v1 + column] * share;
        back2 += parameters[v2 + column] * share;
        gradient[v1 + column] += h1 * share;
        gradient[v2 + column] += h2 * share;
        gradient[v0 + column] += share;
      }
      gradient[biases] += gradient[row] = back1 * (1 - h1 * h1);
      gradient[biases + 1] += gradient[rows + row] = back2 * (1 - h2 * h2);
    }
    // The loss of an entry is never less than its error.
    network.ended = wrong / size <= stop_loss && loss() <= stop_loss;
  }

  function step() {
    for (let place = 0; place < parameters.length; place += 1) {
      velocity[place] = momentum * velocity[place] + gradient[place];
      parameters[place] -= learning_rate * velocity[place];
    }
    network.epoch += 1;
    look();
  }

  function dots() { return targets.map((_, row) => code(row)); }
  function lines() { return targets[0].map((_, column) => [parameters[v1 + column], parameters[v2 + column], parameters[v0 + column]]); }
  function loss() { return error.reduce((sum, off) => sum - Math.log1p(-Math.abs(off)), 0) / size; }

  look();
  return network;
}

/* The library's sigmoid network on the nine points, learning by Adam. Parameters: the first weight of every hidden
   unit, the second, the bias, the weight to the output, and its bias. */
function makeLearner(hidden, { learning_rate, weight_decay, beta1, beta2, epsilon, consecutive, max_epochs }, parameters) {
  const bias = 2 * hidden, out = 3 * hidden, last = 4 * hidden;
  const [gradient, mean, square] = [0, 1, 2].map(() => new Float64Array(parameters.length));
  const codes = new Float64Array(hidden);
  const network = { parameters, epoch: 0, ended: false, solved: false, streak: 0, right: 0, step, look, restart, mapping, line, setLine };
  let updates = 0;

  function look() {
    network.right = 0;
    gradient.fill(0);
    for (const { x1, x2, target } of POINTS) {
      let z = parameters[last];
      for (let unit = 0; unit < hidden; unit += 1) {
        codes[unit] = sigmoid(x1 * parameters[unit] + x2 * parameters[hidden + unit] + parameters[bias + unit]);
        z += codes[unit] * parameters[out + unit];
      }
      if ((z >= 0) === (target === 1)) network.right += 1;
      const delta = (sigmoid(z) - target) / POINTS.length;
      gradient[last] += delta;
      for (let unit = 0; unit < hidden; unit += 1) {
        const back = codes[unit] * delta * parameters[out + unit] * (1 - codes[unit]);
        gradient[unit] += back * x1;
        gradient[hidden + unit] += back * x2;
        gradient[bias + unit] += back;
        gradient[out + unit] += codes[unit] * delta;
      }
    }
    network.streak = network.right === POINTS.length ? network.streak + 1 : 0;
    network.solved = network.streak >= consecutive;
    network.ended = network.solved || network.epoch >= max_epochs;
  }

  function step() {
    updates += 1;
    const rate = learning_rate / (1 - beta1 ** updates), root = Math.sqrt(1 - beta2 ** updates);
    for (let place = 0; place < parameters.length; place += 1) {
      const slope = gradient[place] + weight_decay * parameters[place];
      mean[place] = beta1 * mean[place] + (1 - beta1) * slope;
      square[place] = beta2 * square[place] + (1 - beta2) * slope * slope;
      parameters[place] -= rate * (mean[place] / (Math.sqrt(square[place]) / root + epsilon));
    }
    network.epoch += 1;
    look();
  }

  /* Begin to count from the weights as they are. */
  function restart() {
    mean.fill(0);
    square.fill(0);
    updates = network.epoch = network.streak = 0;
    look();
  }

  function line(unit) { return [parameters[unit], parameters[hidden + unit], parameters[bias + unit]]; }
  function setLine(unit, values) {
    values.forEach((value, part) => { parameters[part * hidden + unit] = value; });
    restart();
  }
  function mapping() {
    const units = [...codes.keys()];
    return {
      hidden: { weights: units.map((unit) => line(unit).slice(0, 2)), biases: units.map((unit) => parameters[bias + unit]) },
      output: { weights: units.map((unit) => parameters[out + unit]), bias: parameters[last] },
    };
  }

  look();
  return network;
}

/* The parameters of a network in the library's mapping. */
const parametersOf = ({ hidden: { weights, biases }, output }) => (
  Float64Array.from([0, 1].flatMap((input) => weights.map((pair) => pair[input])).concat(biases, output.weights, output.bias)));

/* Normal numbers of mean 0, the same from the same seed (mulberry32, Box and Muller). */
function normalNumbers(seed, deviation) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function newEncoder(targets, training, seed) {
  const rows = targets.length, columns = targets[0].length;
  const normal = normalNumbers(seed, training.initial_sd);
  const isBias = (place) => (place >= 2 * rows && place < 2 * rows + 2) || place >= 2 * rows + 2 + 2 * columns;
  return makeEncoder(targets, training, Float64Array.from({ length: 2 * rows + 2 + 3 * columns }, (_, place) => (isBias(place) ? 0 : normal())));
}

function newLearner(hidden, training, seed) {
  return makeLearner(hidden, training, Float64Array.from({ length: 4 * hidden + 1 }, normalNumbers(seed, training.initial_sd)));
}

/* So many epochs, or as many as there is time for between two frames. */
function trainFor(network, epochs) {
  const end = performance.now() + SLICE;
  for (let done = 0; done < epochs && !network.ended; done += 1) {
    if (done % CHECKED === CHECKED - 1 && performance.now() > end) return;
    network.step();
  }
}
