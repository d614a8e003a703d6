// What modules need of a machine: one memory, one table of functions, and the few functions of Numba's runtime that they call.
//
// An address of a kernel is a place in the table. Memory is a stack that is reset before every call from outside; what a kernel
// gives back meanwhile, the arrays of a step, is used again at once.

const STACK = 1 << 20; // bytes for what LLVM keeps there itself; it grows downwards
const PAGE = 65536;
const MOST_PAGES = 8192; // half a gigabyte
const LOW = (1n << 64n) - 1n;
const ALIGNED = 64;
/** Numba's NRT_MemInfo where pointers have 4 bytes: references, destructor and its data, the data, their size. */
const INFO = { references: 0, data: 16, size: 24, bytes: 32 };

export class Memory {
  constructor() {
    this.memory = new WebAssembly.Memory({ initial: (4 * STACK) / PAGE, maximum: MOST_PAGES });
    this.table = new WebAssembly.Table({ initial: 256, element: "anyfunc" });
    this.stack = new WebAssembly.Global({ value: "i32", mutable: true }, STACK);
    this.top = STACK;
    this.slots = 1; // an address of 0 is none
    this.free = new Map();
    this.imports = {
      __linear_memory: this.memory,
      __indirect_function_table: this.table,
      __stack_pointer: this.stack,
      NRT_MemInfo_alloc_aligned: (size) => this.array(Number(size)),
      NRT_MemInfo_call_dtor: (info) => this.release(info),
      numba_attempt_nocopy_reshape: (_dims, _shape, _strides, dims, shape, strides, size) => this.reshaped(Number(dims), shape, strides, size),
      __multi3: (to, al, ah, bl, bh) => this.product(to, ((ah & LOW) << 64n) | (al & LOW), ((bh & LOW) << 64n) | (bl & LOW)),
      memset: (at, value, size) => (new Uint8Array(this.memory.buffer).fill(value, at, at + size), at),
      memcpy: (to, from, size) => (new Uint8Array(this.memory.buffer).copyWithin(to, from, from + size), to),
      memmove: (to, from, size) => (new Uint8Array(this.memory.buffer).copyWithin(to, from, from + size), to),
      fmod: (x, y) => x % y,
      ...Object.fromEntries(["sin", "cos", "tan", "exp", "log", "pow", "tanh", "expm1", "log1p", "log10", "atan2", "acos", "hypot"].map((name) => [name, Math[name]])),
    };
  }

  /** As it now is: growing makes another. */
  get buffer() {
    return this.memory.buffer;
  }

  get view() {
    return new DataView(this.buffer);
  }

  /** All that was taken since `top` was noted is free again. */
  reset(top) {
    this.top = top;
    this.free.clear();
  }

  /** So many bytes. @throws {RangeError} where memory ends */
  take(size) {
    const at = Math.ceil(this.top / ALIGNED) * ALIGNED;
    const missing = at + size - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE) + 16);
    this.top = at + size;
    return at;
  }

  /** An array of Numba's runtime: what stands before it, and its data. */
  array(size) {
    const room = Math.max(ALIGNED, 2 ** Math.ceil(Math.log2(Math.max(size, 1))));
    const used = this.free.get(room);
    const info = used?.length ? used.pop() : this.take(ALIGNED + room);
    const { view } = this;
    view.setBigInt64(info + INFO.references, 1n, true);
    view.setInt32(info + INFO.data, info + ALIGNED, true);
    view.setBigInt64(info + INFO.size, BigInt(room), true);
    return info;
  }

  release(info) {
    const room = Number(this.view.getBigInt64(info + INFO.size, true));
    if (!this.free.has(room)) this.free.set(room, []);
    this.free.get(room).push(info);
  }

  /** The strides of an array that lies in order, in another shape. */
  reshaped(dims, shape, strides, size) {
    const { view } = this;
    let stride = size;
    for (let k = dims - 1; k >= 0; k--) {
      view.setBigInt64(strides + 8 * k, stride, true);
      stride *= view.getBigInt64(shape + 8 * k, true);
    }
    return 1;
  }

  product(to, a, b) {
    const { view } = this;
    const product = BigInt.asUintN(128, a * b);
    view.setBigUint64(to, product & LOW, true);
    view.setBigUint64(to + 8, product >> 64n, true);
  }

  /** A module with what it asks for; what it exports. */
  async link(module) {
    const wanted = WebAssembly.Module.imports(module).map(({ name }) => [name, this.imports[name]]);
    return (await WebAssembly.instantiate(module, { env: Object.fromEntries(wanted) })).exports;
  }

  /** A place in the table for a function: its address, as kernels take it. */
  address(exported) {
    if (this.slots === this.table.length) this.table.grow(256);
    this.table.set(this.slots, exported);
    return BigInt(this.slots++);
  }

  /** Numbers laid into memory, as a kernel takes an array: what keeps it, items, their size, where, shape, strides. */
  given(values, shape) {
    const items = shape.reduce((product, n) => product * n, 1);
    const at = this.take(8 * Math.max(items, 1));
    if (values) new values.constructor(this.memory.buffer, at, items).set(values);
    const strides = [];
    let stride = 8;
    for (let k = shape.length - 1; k >= 0; k--) {
      strides.unshift(BigInt(stride));
      stride *= shape[k];
    }
    return [0, 0, BigInt(items), 8n, at, ...shape.map(BigInt), ...strides];
  }
}
