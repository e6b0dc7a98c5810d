#pragma once
// oneDNN 2: memory descriptors are structures, and an operation is described before its implementation is
// asked for.

#define NN_DNNL_ISAS(X) \
  X(sse41) X(avx) X(avx2) X(avx2_vnni) X(avx512_core) X(avx512_core_vnni) X(avx512_core_bf16) \
  X(avx512_core_amx)

/// The structure behind a layout.
static inline const dnnl_memory_desc_t *nn_dnnl_raw(const nn_dnnl_layout *layout) {
  return (const dnnl_memory_desc_t *)layout;
}

/// Copies a structure to the heap.
static inline dnnl_status_t nn_dnnl_layout_copy(
    nn_dnnl_layout **made, const dnnl_memory_desc_t *from) {
  dnnl_memory_desc_t *copy = (dnnl_memory_desc_t *)malloc(sizeof *copy);
  if (copy == NULL) return dnnl_out_of_memory;
  *copy = *from;
  *made = (nn_dnnl_layout *)copy;
  return dnnl_success;
}

// MARK: Memory descriptors

static inline dnnl_status_t nn_dnnl_layout_by_tag(
    nn_dnnl_layout **made, int rank, const dnnl_dim_t *dims, dnnl_data_type_t type,
    dnnl_format_tag_t tag) {
  dnnl_memory_desc_t raw;
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(&raw, rank, dims, type, tag);
  return status == dnnl_success ? nn_dnnl_layout_copy(made, &raw) : status;
}

static inline dnnl_status_t nn_dnnl_layout_by_strides(
    nn_dnnl_layout **made, int rank, const dnnl_dim_t *dims, dnnl_data_type_t type,
    const dnnl_dim_t *strides) {
  dnnl_memory_desc_t raw;
  dnnl_status_t status = dnnl_memory_desc_init_by_strides(&raw, rank, dims, type, strides);
  return status == dnnl_success ? nn_dnnl_layout_copy(made, &raw) : status;
}

static inline dnnl_status_t nn_dnnl_layout_reshaped(
    nn_dnnl_layout **made, const nn_dnnl_layout *from, int rank, const dnnl_dim_t *dims) {
  dnnl_memory_desc_t raw;
  dnnl_status_t status = dnnl_memory_desc_reshape(&raw, nn_dnnl_raw(from), rank, dims);
  return status == dnnl_success ? nn_dnnl_layout_copy(made, &raw) : status;
}

static inline void nn_dnnl_layout_destroy(nn_dnnl_layout *layout) { free(layout); }

static inline int nn_dnnl_layout_rank(const nn_dnnl_layout *layout) {
  return nn_dnnl_raw(layout)->ndims;
}

static inline dnnl_dim_t nn_dnnl_layout_extent(const nn_dnnl_layout *layout, int axis) {
  return nn_dnnl_raw(layout)->dims[axis];
}

static inline dnnl_data_type_t nn_dnnl_layout_type(const nn_dnnl_layout *layout) {
  return nn_dnnl_raw(layout)->data_type;
}

static inline size_t nn_dnnl_layout_bytes(const nn_dnnl_layout *layout) {
  return dnnl_memory_desc_get_size(nn_dnnl_raw(layout));
}

static inline int nn_dnnl_layout_equal(const nn_dnnl_layout *a, const nn_dnnl_layout *b) {
  return dnnl_memory_desc_equal(nn_dnnl_raw(a), nn_dnnl_raw(b));
}

/// The layout of an argument of a primitive; `*made` stays NULL where it has none.
static inline dnnl_status_t nn_dnnl_layout_of(
    nn_dnnl_layout **made, const_dnnl_primitive_desc_t primitive, dnnl_query_t what, int index) {
  const dnnl_memory_desc_t *found = dnnl_primitive_desc_query_md(primitive, what, index);
  if (found == NULL) return dnnl_success;
  return nn_dnnl_layout_copy(made, found);
}

static inline dnnl_status_t nn_dnnl_memory_create(
    dnnl_memory_t *made, const nn_dnnl_layout *layout, dnnl_engine_t engine, void *address) {
  return dnnl_memory_create(made, nn_dnnl_raw(layout), engine, address);
}

// MARK: Attributes

static inline dnnl_status_t nn_dnnl_append_eltwise(
    dnnl_post_ops_t operations, dnnl_alg_kind_t algorithm, float alpha, float beta) {
  return dnnl_post_ops_append_eltwise(operations, 1, algorithm, alpha, beta);
}

// MARK: Primitives. `hint` is the forward pass of a backward one.

/// Asks for an implementation unless `status` says that the operation was not described.
static inline dnnl_status_t nn_dnnl_implementation(
    dnnl_primitive_desc_t *made, dnnl_status_t status, const_dnnl_op_desc_t operation,
    dnnl_engine_t engine, const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(made, operation, attributes, engine, hint);
}

static inline dnnl_status_t nn_dnnl_convolution_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const nn_dnnl_layout *source, const nn_dnnl_layout *weights,
    const nn_dnnl_layout *bias, const nn_dnnl_layout *destination, const dnnl_dim_t *strides,
    const dnnl_dim_t *dilates, const dnnl_dim_t *before, const dnnl_dim_t *after,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &operation, kind, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(bias),
      nn_dnnl_raw(destination), strides, dilates, before, after);
  return nn_dnnl_implementation(made, status, &operation, engine, NULL, attributes);
}

static inline dnnl_status_t nn_dnnl_convolution_backward_data(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *source, const nn_dnnl_layout *weights,
    const nn_dnnl_layout *destination, const dnnl_dim_t *strides, const dnnl_dim_t *dilates,
    const dnnl_dim_t *before, const dnnl_dim_t *after, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
      &operation, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(destination),
      strides, dilates, before, after);
  return nn_dnnl_implementation(made, status, &operation, engine, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_convolution_backward_weights(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *source, const nn_dnnl_layout *weights, const nn_dnnl_layout *bias,
    const nn_dnnl_layout *destination, const dnnl_dim_t *strides, const dnnl_dim_t *dilates,
    const dnnl_dim_t *before, const dnnl_dim_t *after, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
      &operation, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(bias),
      nn_dnnl_raw(destination), strides, dilates, before, after);
  return nn_dnnl_implementation(made, status, &operation, engine, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_inner_product_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const nn_dnnl_layout *source, const nn_dnnl_layout *weights, const nn_dnnl_layout *bias,
    const nn_dnnl_layout *destination, const_dnnl_primitive_attr_t attributes) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_forward_desc_init(
      &operation, kind, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(bias),
      nn_dnnl_raw(destination));
  return nn_dnnl_implementation(made, status, &operation, engine, NULL, attributes);
}

static inline dnnl_status_t nn_dnnl_inner_product_backward_data(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *source,
    const nn_dnnl_layout *weights, const nn_dnnl_layout *destination,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_backward_data_desc_init(
      &operation, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(destination));
  return nn_dnnl_implementation(made, status, &operation, engine, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_inner_product_backward_weights(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *source,
    const nn_dnnl_layout *weights, const nn_dnnl_layout *bias, const nn_dnnl_layout *destination,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status = dnnl_inner_product_backward_weights_desc_init(
      &operation, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(bias),
      nn_dnnl_raw(destination));
  return nn_dnnl_implementation(made, status, &operation, engine, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_matmul(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *left,
    const nn_dnnl_layout *right, const nn_dnnl_layout *bias, const nn_dnnl_layout *result,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_matmul_desc_t operation;
  dnnl_status_t status = dnnl_matmul_desc_init(
      &operation, nn_dnnl_raw(left), nn_dnnl_raw(right), nn_dnnl_raw(bias), nn_dnnl_raw(result));
  return nn_dnnl_implementation(made, status, &operation, engine, NULL, attributes);
}

static inline dnnl_status_t nn_dnnl_eltwise_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *data, float alpha, float beta, const_dnnl_primitive_attr_t attributes) {
  dnnl_eltwise_desc_t operation;
  dnnl_status_t status = dnnl_eltwise_forward_desc_init(
      &operation, dnnl_forward_training, algorithm, nn_dnnl_raw(data), alpha, beta);
  return nn_dnnl_implementation(made, status, &operation, engine, NULL, attributes);
}

static inline dnnl_status_t nn_dnnl_eltwise_backward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *data, float alpha, float beta, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_eltwise_desc_t operation;
  dnnl_status_t status = dnnl_eltwise_backward_desc_init(
      &operation, algorithm, nn_dnnl_raw(data), nn_dnnl_raw(data), alpha, beta);
  return nn_dnnl_implementation(made, status, &operation, engine, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_softmax_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *data, int axis,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_softmax_desc_t operation;
  dnnl_status_t status = dnnl_softmax_forward_desc_init(
      &operation, dnnl_forward_training, nn_dnnl_raw(data), axis);
  return nn_dnnl_implementation(made, status, &operation, engine, NULL, attributes);
}

static inline dnnl_status_t nn_dnnl_softmax_backward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *data, int axis,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_softmax_desc_t operation;
  dnnl_status_t status = dnnl_softmax_backward_desc_init(
      &operation, nn_dnnl_raw(data), nn_dnnl_raw(data), axis);
  return nn_dnnl_implementation(made, status, &operation, engine, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_pooling_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const nn_dnnl_layout *source, const nn_dnnl_layout *destination,
    const dnnl_dim_t *strides, const dnnl_dim_t *kernel, const dnnl_dim_t *dilates,
    const dnnl_dim_t *before, const dnnl_dim_t *after, const_dnnl_primitive_attr_t attributes) {
  dnnl_pooling_desc_t operation;
  (void)dilates;
  dnnl_status_t status = dnnl_pooling_forward_desc_init(
      &operation, kind, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(destination), strides, kernel,
      before, after);
  return nn_dnnl_implementation(made, status, &operation, engine, NULL, attributes);
}

static inline dnnl_status_t nn_dnnl_pooling_backward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *source, const nn_dnnl_layout *destination, const dnnl_dim_t *strides,
    const dnnl_dim_t *kernel, const dnnl_dim_t *dilates, const dnnl_dim_t *before,
    const dnnl_dim_t *after, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_pooling_desc_t operation;
  (void)dilates;
  dnnl_status_t status = dnnl_pooling_backward_desc_init(
      &operation, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(destination), strides, kernel,
      before, after);
  return nn_dnnl_implementation(made, status, &operation, engine, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_batch_normalization_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const nn_dnnl_layout *data, float epsilon, unsigned flags,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_batch_normalization_desc_t operation;
  dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(
      &operation, kind, nn_dnnl_raw(data), epsilon, flags);
  return nn_dnnl_implementation(made, status, &operation, engine, NULL, attributes);
}

static inline dnnl_status_t nn_dnnl_batch_normalization_backward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *data, float epsilon,
    unsigned flags, const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  dnnl_batch_normalization_desc_t operation;
  dnnl_status_t status = dnnl_batch_normalization_backward_desc_init(
      &operation, dnnl_backward, nn_dnnl_raw(data), nn_dnnl_raw(data), epsilon, flags);
  return nn_dnnl_implementation(made, status, &operation, engine, hint, attributes);
}

/// Whether the gradient of batch normalization is given β, which it does not depend on.
static inline int nn_dnnl_batch_normalization_backward_takes_shift(void) { return 1; }

static inline dnnl_status_t nn_dnnl_reorder(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *source,
    const nn_dnnl_layout *destination, const_dnnl_primitive_attr_t attributes) {
  return dnnl_reorder_primitive_desc_create(
      made, nn_dnnl_raw(source), engine, nn_dnnl_raw(destination), engine, attributes);
}
