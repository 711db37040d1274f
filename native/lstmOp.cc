// What training spends its time on, as operations that libtensorflow runs like its own: an LSTM layer over whole sequences,
// forward and back, dropout, and the loss with its gradient. Set-up compiles this file into the tfjs-node binding; where it
// could not, lstmKernels.ts uses TensorFlow's BlockLSTMV2 and the public operations.
//
// The layer is time-major, from a zero state, gates in the order i, f, c, o, no peepholes, no clipping, the forget bias part of the bias.
// Against BlockLSTMV2 and BlockLSTMGradV2: the products over inputs and for the kernel's gradient take many steps at once,
// the steps of a chunk stay in the cache, and nothing is kept but outputs, cells and gates. What a product reads again at each step is
// packed once for all of them.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_tensor.h"

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Row = Eigen::Array<float, 1, Eigen::Dynamic>;
using In = Eigen::Map<const Matrix>;
using Out = Eigen::Map<Matrix>;
using InRow = Eigen::Map<const Row>;
using OutRow = Eigen::Map<Row>;

/** Rows (steps x batch) worked on at once: their gates, 2 KB per row at 128 units, fit a second-level cache. */
constexpr int64_t kChunkRows = 512;

struct Shape {
  int64_t steps, batch, inputs, units;
  int64_t gates() const { return 4 * units; }
  int64_t chunk() const { return std::max<int64_t>(1, kChunkRows / batch); }
};

/** Up to this many inputs per row are added one by one; a product over all columns would mostly multiply zeros. */
constexpr int64_t kFewInputs = 8;

/** Whether rows of inputs are as melodies' are: nearly all 0. */
bool IsSparse(const float* x, int64_t rows, int64_t inputs) {
  const int64_t others = (InRow(x, rows * inputs) != 0.f).count();
  return inputs > kFewInputs && others <= rows * kFewInputs;
}

/** Terms of a sum that are added up in registers before they go to memory; a block of this many rows of b fits a second-level cache. */
constexpr int64_t kDepth = 256;

typedef float V8 __attribute__((vector_size(32)));
typedef float V16 __attribute__((vector_size(64)));

/** Vectors side by side in a tile. */
constexpr int kVectors = 2;
template <typename V>
constexpr int kColumns = kVectors * sizeof(V) / sizeof(float);
/** Rows of a tile at most: with what they are multiplied by, as many vectors as there are registers. */
template <typename V>
constexpr int kTileRows = sizeof(V) == sizeof(V16) ? 12 : 6;

/** c += sum, where c may lie anywhere. */
template <typename V>
inline __attribute__((always_inline)) void AddTo(float* c, const V& sum) {
  V values;
  __builtin_memcpy(&values, c, sizeof(V));
  values += sum;
  __builtin_memcpy(c, &values, sizeof(V));
}

/** c += a b for one tile. a [depth, kRows], b [depth, kColumns], c has `columns` columns at most. */
template <typename V, int kRows>
inline __attribute__((always_inline)) void Tile(int64_t depth, const float* a, const float* b, int64_t columns, float* c, int64_t stride) {
  constexpr int kLanes = sizeof(V) / sizeof(float);
  V sums[kRows][kVectors] = {};
  for (int64_t k = 0; k < depth; k++) {
    V b0, b1;
    __builtin_memcpy(&b0, b + k * kColumns<V>, sizeof(V));
    __builtin_memcpy(&b1, b + k * kColumns<V> + kLanes, sizeof(V));
#pragma GCC unroll 12
    for (int r = 0; r < kRows; r++) {
      const float factor = a[k * kRows + r];
      sums[r][0] += factor * b0;
      sums[r][1] += factor * b1;
    }
  }
  if (columns >= kColumns<V>) {
#pragma GCC unroll 12
    for (int r = 0; r < kRows; r++) {
      AddTo(c + r * stride, sums[r][0]);
      AddTo(c + r * stride + kLanes, sums[r][1]);
    }
    return;
  }
  float rest[kColumns<V>];
  for (int r = 0; r < kRows; r++) {
    __builtin_memcpy(rest, &sums[r][0], sizeof(V));
    __builtin_memcpy(rest + kLanes, &sums[r][1], sizeof(V));
    for (int64_t n = 0; n < columns; n++) c[r * stride + n] += rest[n];
  }
}

/** A matrix as the left side of a product: its element in row m and column k is data[m * row + k * column]. */
struct Left {
  const float* data;
  int64_t rows, depth, row, column;
};

/** c += a b for kRows rows of a, from `row` and `from` on; b packed. */
template <typename V, int kRows>
inline __attribute__((always_inline)) void TileRows(const Left& a, int64_t row, int64_t from, int64_t depth, const float* b,
                                                    int64_t columns, float* c, int64_t stride) {
  float packed[kDepth * kRows];
  for (int64_t k = 0; k < depth; k++)
    for (int r = 0; r < kRows; r++) packed[k * kRows + r] = a.data[(row + r) * a.row + (from + k) * a.column];
  for (int64_t n = 0; n < columns; n += kColumns<V>)
    Tile<V, kRows>(depth, packed, b + n * a.depth + from * kColumns<V>, columns - n, c + row * stride + n, stride);
}

template <typename V>
inline __attribute__((always_inline)) void Product(const Left& a, const float* b, int64_t columns, float* c, int64_t stride) {
  // Tiles of like height: of 14 rows two of 7, not one of 12 and one of 2.
  const int64_t tiles = (a.rows + kTileRows<V> - 1) / kTileRows<V>;
  for (int64_t from = 0; from < a.depth; from += kDepth) {
    const int64_t depth = std::min(kDepth, a.depth - from);
    for (int64_t tile = 0; tile < tiles; tile++) {
      const int64_t row = a.rows * tile / tiles;
      switch (a.rows * (tile + 1) / tiles - row) {
#define CANTUS_ROWS(n) case n: if constexpr (n <= kTileRows<V>) TileRows<V, n>(a, row, from, depth, b, columns, c, stride); break
        CANTUS_ROWS(1); CANTUS_ROWS(2); CANTUS_ROWS(3); CANTUS_ROWS(4); CANTUS_ROWS(5); CANTUS_ROWS(6);
        CANTUS_ROWS(7); CANTUS_ROWS(8); CANTUS_ROWS(9); CANTUS_ROWS(10); CANTUS_ROWS(11); CANTUS_ROWS(12);
#undef CANTUS_ROWS
      }
    }
  }
}

void Product8(const Left& a, const float* b, int64_t columns, float* c, int64_t stride) { Product<V8>(a, b, columns, c, stride); }
__attribute__((target("avx512f"))) void Product16(const Left& a, const float* b, int64_t columns, float* c, int64_t stride) {
  Product<V16>(a, b, columns, c, stride);
}

const bool kWide = __builtin_cpu_supports("avx512f") && std::getenv("CANTUS_AVX512_OFF") == nullptr;

/**
 * The right side of products: panels of as many columns as a tile has, packed once and read by many products. Sums run over their
 * terms in order, kDepth at a time, so that vectors of either width give the same bits.
 */
class Right {
 public:
  /** Of a matrix [depth, columns] whose element in row k and column n is b[k * row + n * column]. */
  void Pack(const float* b, int64_t depth, int64_t columns, int64_t row, int64_t column) {
    const int64_t width = kWide ? kColumns<V16> : kColumns<V8>;
    columns_ = columns;
    packed_.resize((columns + width - 1) / width * width * depth);
    for (int64_t from = 0; from < columns; from += width) {
      float* panel = packed_.data() + from * depth;
      const int64_t many = std::min(width, columns - from);
      for (int64_t k = 0; k < depth; k++) {
        for (int64_t n = 0; n < many; n++) panel[k * width + n] = b[k * row + (from + n) * column];
        std::fill(panel + k * width + many, panel + (k + 1) * width, 0.f);
      }
    }
  }
  /** c [rows of a, columns] += a b */
  void AddProduct(const Left& a, float* c) const {
    (kWide ? Product16 : Product8)(a, packed_.data(), columns_, c, columns_);
  }

 private:
  int64_t columns_ = 0;
  std::vector<float> packed_;
};

/** sums += x kernel, which is `packed` as well */
void AddProduct(const float* x, int64_t rows, const In& kernel, const Right& packed, Out& sums) {
  const int64_t inputs = kernel.rows();
  if (!IsSparse(x, rows, inputs)) {
    packed.AddProduct({x, rows, inputs, inputs, 1}, sums.data());
    return;
  }
  for (int64_t r = 0; r < rows; r++)
    for (int64_t n = 0; n < inputs; n++)
      if (x[r * inputs + n] != 0.f) sums.row(r) += x[r * inputs + n] * kernel.row(n);
}

/** d_kernel += x' d_sums, which are `packed` as well */
void AddOuterProduct(const float* x, int64_t rows, const In& d_sums, const Right& packed, Out& d_kernel) {
  const int64_t inputs = d_kernel.rows();
  if (!IsSparse(x, rows, inputs)) {
    packed.AddProduct({x, inputs, rows, 1, inputs}, d_kernel.data());
    return;
  }
  for (int64_t r = 0; r < rows; r++)
    for (int64_t n = 0; n < inputs; n++)
      if (x[r * inputs + n] != 0.f) d_kernel.row(n) += x[r * inputs + n] * d_sums.row(r);
}

void Forward(const Shape& s, const float* x, const float* w, const float* bias, float* hidden, float* cell, float* gates) {
  const int64_t rows = s.batch, units = s.units, width = s.gates();
  const In input_kernel(w, s.inputs, width);
  Right packed_inputs, recurrent;
  packed_inputs.Pack(w, s.inputs, width, width, 1);
  recurrent.Pack(w + s.inputs * width, units, width, width, 1);
  const Eigen::Map<const Eigen::RowVectorXf> b(bias, width);
  for (int64_t from = 0; from < s.steps; from += s.chunk()) {
    const int64_t to = std::min(from + s.chunk(), s.steps), many = (to - from) * rows;
    Out sums(gates + from * rows * width, many, width);
    sums.rowwise() = b;
    AddProduct(x + from * rows * s.inputs, many, input_kernel, packed_inputs, sums);
    for (int64_t t = from; t < to; t++) {
      if (t > 0) recurrent.AddProduct({hidden + (t - 1) * rows * units, rows, units, units, 1}, gates + t * rows * width);
      for (int64_t r = 0; r < rows; r++) {
        float* g = gates + (t * rows + r) * width;
        OutRow i(g, units), f(g + units, units), candidate(g + 2 * units, units), o(g + 3 * units, units);
        OutRow c(cell + (t * rows + r) * units, units), h(hidden + (t * rows + r) * units, units);
        i = i.logistic();
        f = f.logistic();
        candidate = candidate.tanh();
        o = o.logistic();
        c = i * candidate;
        if (t > 0) c += f * InRow(cell + ((t - 1) * rows + r) * units, units);
        h = o * c.tanh();
      }
    }
  }
}

void Backward(const Shape& s, const float* x, const float* w, const float* hidden, const float* cell, const float* gates,
              const float* d_hidden, float* d_x, float* d_w, float* d_bias) {
  const int64_t rows = s.batch, units = s.units, width = s.gates();
  Right back_to_inputs, back_to_hidden, packed_sums;
  if (d_x != nullptr) back_to_inputs.Pack(w, width, s.inputs, 1, width);
  back_to_hidden.Pack(w + s.inputs * width, width, units, 1, width);
  Out d_input_kernel(d_w, s.inputs, width), d_recurrent(d_w + s.inputs * width, units, width);
  Eigen::Map<Eigen::RowVectorXf> d_b(d_bias, width);
  d_input_kernel.setZero();
  d_recurrent.setZero();
  d_b.setZero();
  std::vector<float> chunk_sums(s.chunk() * rows * width), from_later(rows * units, 0.f), d_cell(rows * units, 0.f);
  Row squashed(units), d_h(units), d_c(units);
  const int64_t chunks = (s.steps + s.chunk() - 1) / s.chunk();
  for (int64_t n = chunks - 1; n >= 0; n--) {
    const int64_t from = n * s.chunk(), to = std::min(from + s.chunk(), s.steps), many = (to - from) * rows;
    for (int64_t t = to - 1; t >= from; t--) {
      float* step_sums = chunk_sums.data() + (t - from) * rows * width;
      for (int64_t r = 0; r < rows; r++) {
        const int64_t row = t * rows + r;
        const float* g = gates + row * width;
        const InRow i(g, units), f(g + units, units), candidate(g + 2 * units, units), o(g + 3 * units, units);
        float* d = step_sums + r * width;
        OutRow d_i(d, units), d_f(d + units, units), d_candidate(d + 2 * units, units), d_o(d + 3 * units, units);
        OutRow later(d_cell.data() + r * units, units);
        squashed = InRow(cell + row * units, units).tanh();
        d_h = InRow(d_hidden + row * units, units) + InRow(from_later.data() + r * units, units);
        d_c = later + d_h * o * (1.f - squashed.square());
        d_i = d_c * candidate * i * (1.f - i);
        if (t > 0) d_f = d_c * InRow(cell + (row - rows) * units, units) * f * (1.f - f);
        else d_f.setZero();
        d_candidate = d_c * i * (1.f - candidate.square());
        d_o = d_h * squashed * o * (1.f - o);
        later = d_c * f;
      }
      if (t == 0) continue;
      std::fill(from_later.begin(), from_later.end(), 0.f);
      back_to_hidden.AddProduct({step_sums, rows, width, width, 1}, from_later.data());
    }
    const In sums(chunk_sums.data(), many, width);
    packed_sums.Pack(sums.data(), many, width, width, 1);
    AddOuterProduct(x + from * rows * s.inputs, many, sums, packed_sums, d_input_kernel);
    // Before the first step the outputs are 0: of the first chunk's first rows nothing is added.
    if (from == 0) {
      if (many > rows) packed_sums.Pack(sums.data() + rows * width, many - rows, width, width, 1);
      if (many > rows) packed_sums.AddProduct({hidden, units, many - rows, 1, units}, d_recurrent.data());
    } else {
      packed_sums.AddProduct({hidden + (from - 1) * rows * units, units, many, 1, units}, d_recurrent.data());
    }
    d_b += sums.colwise().sum();
    if (d_x != nullptr) {
      float* inputs = d_x + from * rows * s.inputs;
      std::fill(inputs, inputs + many * s.inputs, 0.f);
      back_to_inputs.AddProduct({sums.data(), many, width, width, 1}, inputs);
    }
  }
}

/**
 * Each value times `kept` with probability threshold / 65536, else 0; the draws are those of dropout.ts: two of 16 bits from
 * each number of mulberry32, whose n-th number depends on seed and n alone.
 */
void Dropout(int64_t values, const float* x, int32_t seed, int32_t threshold, float kept, float* y) {
  const auto draw = [seed](int64_t n) {
    const uint32_t state = static_cast<uint32_t>(seed) + static_cast<uint32_t>(n + 1) * 0x6d2b79f5u;
    uint32_t t = (state ^ (state >> 15)) * (state | 1u);
    t = (t + (t ^ (t >> 7)) * (t | 61u)) ^ t;
    return t ^ (t >> 14);
  };
  constexpr int64_t kBlock = 512;
  float factors[2 * kBlock];
  for (int64_t from = 0; from < values; from += 2 * kBlock) {
    for (int64_t n = 0; n < kBlock; n++) {
      const uint32_t drawn = draw(from / 2 + n);
      factors[2 * n] = static_cast<int32_t>(drawn & 0xffffu) < threshold ? kept : 0.f;
      factors[2 * n + 1] = static_cast<int32_t>(drawn >> 16) < threshold ? kept : 0.f;
    }
    const int64_t many = std::min(2 * kBlock, values - from);
    for (int64_t n = 0; n < many; n++) y[from + n] = x[from + n] * factors[n];
  }
}

/** Of each row: cross-entropy in nats, the likeliest class (the first of equals), and the weighted gradient by the logits. */
void Loss(int64_t rows, int64_t classes, const float* logits, const int32_t* labels, const float* weights, float* losses,
          int32_t* predicted, float* gradient) {
  for (int64_t r = 0; r < rows; r++) {
    const InRow scores(logits + r * classes, classes);
    OutRow d(gradient + r * classes, classes);
    int64_t best = 0;
    const float largest = scores.maxCoeff();
    while (best + 1 < classes && scores[best] < largest) best++;
    d = (scores - largest).exp();
    const float total = d.sum();
    losses[r] = std::log(total) - (scores[labels[r]] - largest);
    d *= weights[r] / total;
    d[labels[r]] -= weights[r];
    predicted[r] = static_cast<int32_t>(best);
  }
}

/** What an operation does between TensorFlow's calls; frees its inputs and reports the first problem. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    if (TF_GetCode(status_) != TF_OK) TF_OpKernelContext_Failure(context_, status_);
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  void Require(bool met, const char* message) {
    if (ok() && !met) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
  }
  TF_Tensor* Input(int index, int dims) {
    TF_Tensor* tensor = nullptr;
    if (!ok()) return nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    if (!ok()) return nullptr;
    tensors_.push_back(tensor);
    Require(TF_NumDims(tensor) == dims, "an input of the LSTM layer has the wrong number of dimensions");
    return ok() ? tensor : nullptr;
  }
  template <typename T = float>
  T* Output(int index, std::vector<int64_t> dims, TF_DataType type = TF_FLOAT) {
    size_t bytes = sizeof(T);
    for (int64_t size : dims) bytes *= size;
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, type, dims.data(), dims.size(), bytes, status_);
    if (!ok()) return nullptr;
    tensors_.push_back(tensor);
    return static_cast<T*>(TF_TensorData(tensor));
  }

 private:
  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
};

template <typename T = float>
const T* Data(TF_Tensor* tensor) {
  return static_cast<const T*>(TF_TensorData(tensor));
}

/** Steps, batch, inputs and units, checked against the kernel's shape. */
Shape ShapeOf(Call& call, TF_Tensor* x, TF_Tensor* w) {
  if (!call.ok()) return {0, 0, 0, 0};
  const Shape s{TF_Dim(x, 0), TF_Dim(x, 1), TF_Dim(x, 2), TF_Dim(w, 1) / 4};
  call.Require(s.batch > 0 && TF_Dim(w, 0) == s.inputs + s.units && TF_Dim(w, 1) == s.gates(),
               "the kernel of the LSTM layer is not [inputs + units, 4 * units]");
  return s;
}

void ComputeForward(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *x = call.Input(0, 3), *w = call.Input(1, 2), *bias = call.Input(2, 1);
  const Shape s = ShapeOf(call, x, w);
  call.Require(call.ok() && TF_Dim(bias, 0) == s.gates(), "the bias of the LSTM layer is not [4 * units]");
  if (!call.ok()) return;
  float* hidden = call.Output(0, {s.steps, s.batch, s.units});
  float* cell = call.Output(1, {s.steps, s.batch, s.units});
  float* gates = call.Output(2, {s.steps, s.batch, s.gates()});
  if (call.ok()) Forward(s, Data(x), Data(w), Data(bias), hidden, cell, gates);
}

void ComputeBackward(void* kernel, TF_OpKernelContext* context) {
  const bool wants_input = *static_cast<bool*>(kernel);
  Call call(context);
  TF_Tensor *x = call.Input(0, 3), *w = call.Input(1, 2), *hidden = call.Input(2, 3), *cell = call.Input(3, 3),
            *gates = call.Input(4, 3), *d_hidden = call.Input(5, 3);
  const Shape s = ShapeOf(call, x, w);
  if (!call.ok()) return;
  for (TF_Tensor* each : {hidden, cell, d_hidden})
    call.Require(TF_TensorElementCount(each) == s.steps * s.batch * s.units, "an output or gradient is not [steps, batch, units]");
  call.Require(TF_TensorElementCount(gates) == s.steps * s.batch * s.gates(), "the gates are not [steps, batch, 4 * units]");
  if (!call.ok()) return;
  float* d_w = call.Output(0, {s.inputs + s.units, s.gates()});
  float* d_bias = call.Output(1, {s.gates()});
  float* d_x = call.Output(2, wants_input ? std::vector<int64_t>{s.steps, s.batch, s.inputs} : std::vector<int64_t>{0});
  if (!call.ok()) return;
  Backward(s, Data(x), Data(w), Data(hidden), Data(cell), Data(gates), Data(d_hidden), wants_input ? d_x : nullptr, d_w, d_bias);
}

void ComputeDropout(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *x = call.Input(0, 3), *seed = call.Input(1, 0), *threshold = call.Input(2, 0), *kept = call.Input(3, 0);
  if (!call.ok()) return;
  float* y = call.Output(0, {TF_Dim(x, 0), TF_Dim(x, 1), TF_Dim(x, 2)});
  if (!call.ok()) return;
  Dropout(TF_TensorElementCount(x), Data(x), *Data<int32_t>(seed), *Data<int32_t>(threshold), *Data(kept), y);
}

void ComputeLoss(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *logits = call.Input(0, 2), *labels = call.Input(1, 1), *weights = call.Input(2, 1);
  if (!call.ok()) return;
  const int64_t rows = TF_Dim(logits, 0), classes = TF_Dim(logits, 1);
  call.Require(TF_Dim(labels, 0) == rows && TF_Dim(weights, 0) == rows, "logits, labels and weights differ in rows");
  if (!call.ok()) return;
  const int32_t* wanted = Data<int32_t>(labels);
  call.Require(std::all_of(wanted, wanted + rows, [=](int32_t label) { return label >= 0 && label < classes; }),
               "a label is not a class");
  float* losses = call.Output(0, {rows});
  int32_t* predicted = call.Output<int32_t>(1, {rows}, TF_INT32);
  float* gradient = call.Output(2, {rows, classes});
  if (call.ok()) Loss(rows, classes, Data(logits), wanted, Data(weights), losses, predicted, gradient);
}

void* ReadWantsInput(TF_OpKernelConstruction* construction) {
  TF_Status* status = TF_NewStatus();
  unsigned char value = 0;
  TF_OpKernelConstruction_GetAttrBool(construction, "wants_input", &value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return new bool(value != 0);
}

void DeleteWantsInput(void* kernel) { delete static_cast<bool*>(kernel); }

void UnknownShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

struct Operation {
  const char* name;
  std::vector<const char*> inputs, outputs, attributes;
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
  void (*destroy)(void*);
};

void Register(const Operation& operation) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
  for (const char* each : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, each);
  for (const char* each : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, each);
  for (const char* each : operation.attributes) TF_OpDefinitionBuilderAddAttr(definition, each);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, UnknownShapes);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_KernelBuilder* kernel =
        TF_NewKernelBuilder(operation.name, "CPU", operation.create, operation.compute, operation.destroy);
    TF_RegisterKernelBuilder(operation.name, kernel, status);
  }
  TF_DeleteStatus(status);  // an operation that is not there is one that lstmKernels.ts does without
}

__attribute__((constructor)) void RegisterAll() {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;  // what this file is compiled for
  Register({"CantusLstm",
            {"x: float", "kernel: float", "bias: float"},
            {"hidden: float", "cell: float", "gates: float"},
            {},
            nullptr,
            ComputeForward,
            nullptr});
  Register({"CantusDropout",
            {"x: float", "seed: int32", "threshold: int32", "kept: float"},
            {"y: float"},
            {},
            nullptr,
            ComputeDropout,
            nullptr});
  Register({"CantusLoss",
            {"logits: float", "labels: int32", "weights: float"},
            {"losses: float", "predicted: int32", "gradient: float"},
            {},
            nullptr,
            ComputeLoss,
            nullptr});
  Register({"CantusLstmGrad",
            {"x: float", "kernel: float", "hidden: float", "cell: float", "gates: float", "d_hidden: float"},
            {"d_kernel: float", "d_bias: float", "d_x: float"},
            {"wants_input: bool"},
            ReadWantsInput,
            ComputeBackward,
            DeleteWantsInput});
}

}  // namespace
