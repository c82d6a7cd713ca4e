/* Recurrent networks reading strings in the page, as the library's do. */

/* A network from its weights by the library's names: an SRN has a learned initial state, an LSTM none. */
function makeReader({ input, recurrent, bias, initial, output, output_bias }) {
  const units = [...output.keys()], { length } = units;
  const start = initial ? initial.map(Math.tanh) : Array(2 * length).fill(0);
  function step(state, symbol) {
    const sums = bias.map((value, sum) => units.reduce((all, unit) => all + state[unit] * recurrent[unit][sum], value + input[symbol][sum]));
    if (initial) return sums.map(Math.tanh);
    const [enter, forget, fresh, leave] = [0, 1, 2, 3].map((gate) => sums.slice(gate * length, (gate + 1) * length));
    const cells = units.map((unit) => sigmoid(forget[unit]) * state[length + unit] + sigmoid(enter[unit]) * Math.tanh(fresh[unit]));
    return [...cells.map((cell, unit) => sigmoid(leave[unit]) * Math.tanh(cell)), ...cells];
  }
  function probabilities(state) {
    const logits = output_bias.map((value, symbol) => units.reduce((all, unit) => all + state[unit] * output[unit][symbol], value));
    const most = Math.max(...logits), shares = logits.map((logit) => Math.exp(logit - most));
    return shares.map((share) => share / shares.reduce((all, each) => all + each, 0));
  }
  const names = ["h", "c"].slice(0, initial ? 1 : 2).flatMap((source) => units.map((unit) => `${source}${unit + 1}`));
  return { start, step, probabilities, names };
}

/* A word read letter by letter, rows as in the tables of strings, and the start first. A row is `lawful` while the word
   may still be of the language, in which symbol k comes multiplicities[k] times as often as A. */
function readWord(network, word, multiplicities) {
  const letters = [..."ABC"].slice(0, multiplicities.length);
  const row = (state, more) => {
    const odds = network.probabilities(state), predicted = letters[odds.indexOf(Math.max(...odds))];
    const numbers = [...network.names.map((name, place) => [name, state[place]]), ...letters.map((letter, symbol) => [`p_${letter}`, odds[symbol]])];
    return { ...Object.fromEntries(numbers), ...more, correct: predicted === more.next_letter };
  };
  let state = network.start, n = 0, due = 0, expected = 0, lawful = true;
  const rows = [row(state, { letter: null, count: 0, next_letter: "A", deterministic: false, lawful })];
  for (const part of word.match(/(.)\1*/g) ?? []) {
    const symbol = letters.indexOf(part[0]);
    lawful &&= due === 0 && symbol === expected;
    if (symbol === 0) n = part.length;
    const segment = symbol === 0 ? n : n * multiplicities[symbol];
    expected = (symbol + 1) % letters.length;
    for (let position = 1; position <= part.length; position += 1) {
      state = network.step(state, symbol);
      due = symbol === 0 ? 0 : segment - position;
      lawful &&= due >= 0;
      const count = symbol === 0 ? position : due === 0 ? 0 : n - (position - 1) / multiplicities[symbol];
      rows.push(row(state, { letter: part[0], position, segment, due, count, lawful, next_letter: letters[due > 0 ? symbol : expected], deterministic: lawful && symbol > 0 }));
    }
  }
  return rows;
}
