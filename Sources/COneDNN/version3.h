#pragma once
// oneDNN 3: memory descriptors are opaque, and implementations are asked for directly.

#define NN_DNNL_ISAS(X) \
  X(sse41) X(avx) X(avx2) X(avx2_vnni) X(avx2_vnni_2) X(avx512_core) X(avx512_core_vnni) \
  X(avx512_core_bf16) X(avx512_core_fp16) X(avx512_core_amx) X(avx512_core_amx_fp16)

/// The opaque object behind a layout.
static inline const_dnnl_memory_desc_t nn_dnnl_raw(const nn_dnnl_layout *layout) {
  return (const_dnnl_memory_desc_t)layout;
}

// MARK: Memory descriptors

static inline dnnl_status_t nn_dnnl_layout_by_tag(
    nn_dnnl_layout **made, int rank, const dnnl_dim_t *dims, dnnl_data_type_t type,
    dnnl_format_tag_t tag) {
  return dnnl_memory_desc_create_with_tag((dnnl_memory_desc_t *)made, rank, dims, type, tag);
}

static inline dnnl_status_t nn_dnnl_layout_by_strides(
    nn_dnnl_layout **made, int rank, const dnnl_dim_t *dims, dnnl_data_type_t type,
    const dnnl_dim_t *strides) {
  return dnnl_memory_desc_create_with_strides(
      (dnnl_memory_desc_t *)made, rank, dims, type, strides);
}

static inline dnnl_status_t nn_dnnl_layout_reshaped(
    nn_dnnl_layout **made, const nn_dnnl_layout *from, int rank, const dnnl_dim_t *dims) {
  return dnnl_memory_desc_reshape((dnnl_memory_desc_t *)made, nn_dnnl_raw(from), rank, dims);
}

static inline void nn_dnnl_layout_destroy(nn_dnnl_layout *layout) {
  dnnl_memory_desc_destroy((dnnl_memory_desc_t)layout);
}

static inline int nn_dnnl_layout_rank(const nn_dnnl_layout *layout) {
  int rank = 0;
  dnnl_memory_desc_query(nn_dnnl_raw(layout), dnnl_query_ndims_s32, &rank);
  return rank;
}

static inline dnnl_dim_t nn_dnnl_layout_extent(const nn_dnnl_layout *layout, int axis) {
  dnnl_dims_t *dims = NULL;
  dnnl_memory_desc_query(nn_dnnl_raw(layout), dnnl_query_dims, &dims);
  return dims == NULL ? 0 : (*dims)[axis];
}

static inline dnnl_data_type_t nn_dnnl_layout_type(const nn_dnnl_layout *layout) {
  dnnl_data_type_t type = dnnl_data_type_undef;
  dnnl_memory_desc_query(nn_dnnl_raw(layout), dnnl_query_data_type, &type);
  return type;
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
  const_dnnl_memory_desc_t found = dnnl_primitive_desc_query_md(primitive, what, index);
  if (found == NULL) return dnnl_success;
  return dnnl_memory_desc_clone((dnnl_memory_desc_t *)made, found);
}

static inline dnnl_status_t nn_dnnl_memory_create(
    dnnl_memory_t *made, const nn_dnnl_layout *layout, dnnl_engine_t engine, void *address) {
  return dnnl_memory_create(made, nn_dnnl_raw(layout), engine, address);
}

// MARK: Attributes

/// α of an element-wise function: version 2 ignores that of softplus, version 3 divides by it.
static inline float nn_dnnl_alpha(dnnl_alg_kind_t algorithm, float alpha) {
  return algorithm == dnnl_eltwise_soft_relu ? 1 : alpha;
}

static inline dnnl_status_t nn_dnnl_append_eltwise(
    dnnl_post_ops_t operations, dnnl_alg_kind_t algorithm, float alpha, float beta) {
  return dnnl_post_ops_append_eltwise(operations, algorithm, nn_dnnl_alpha(algorithm, alpha), beta);
}

// MARK: Primitives. `hint` is the forward pass of a backward one.

static inline dnnl_status_t nn_dnnl_convolution_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const nn_dnnl_layout *source, const nn_dnnl_layout *weights,
    const nn_dnnl_layout *bias, const nn_dnnl_layout *destination, const dnnl_dim_t *strides,
    const dnnl_dim_t *dilates, const dnnl_dim_t *before, const dnnl_dim_t *after,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_convolution_forward_primitive_desc_create(
      made, engine, kind, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(bias),
      nn_dnnl_raw(destination), strides, dilates, before, after, attributes);
}

static inline dnnl_status_t nn_dnnl_convolution_backward_data(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *source, const nn_dnnl_layout *weights,
    const nn_dnnl_layout *destination, const dnnl_dim_t *strides, const dnnl_dim_t *dilates,
    const dnnl_dim_t *before, const dnnl_dim_t *after, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_convolution_backward_data_primitive_desc_create(
      made, engine, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(weights),
      nn_dnnl_raw(destination), strides, dilates, before, after, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_convolution_backward_weights(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *source, const nn_dnnl_layout *weights, const nn_dnnl_layout *bias,
    const nn_dnnl_layout *destination, const dnnl_dim_t *strides, const dnnl_dim_t *dilates,
    const dnnl_dim_t *before, const dnnl_dim_t *after, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_convolution_backward_weights_primitive_desc_create(
      made, engine, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(bias),
      nn_dnnl_raw(destination), strides, dilates, before, after, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_inner_product_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const nn_dnnl_layout *source, const nn_dnnl_layout *weights, const nn_dnnl_layout *bias,
    const nn_dnnl_layout *destination, const_dnnl_primitive_attr_t attributes) {
  return dnnl_inner_product_forward_primitive_desc_create(
      made, engine, kind, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(bias),
      nn_dnnl_raw(destination), attributes);
}

static inline dnnl_status_t nn_dnnl_inner_product_backward_data(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *source,
    const nn_dnnl_layout *weights, const nn_dnnl_layout *destination,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  return dnnl_inner_product_backward_data_primitive_desc_create(
      made, engine, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(destination), hint,
      attributes);
}

static inline dnnl_status_t nn_dnnl_inner_product_backward_weights(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *source,
    const nn_dnnl_layout *weights, const nn_dnnl_layout *bias, const nn_dnnl_layout *destination,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  return dnnl_inner_product_backward_weights_primitive_desc_create(
      made, engine, nn_dnnl_raw(source), nn_dnnl_raw(weights), nn_dnnl_raw(bias),
      nn_dnnl_raw(destination), hint, attributes);
}

/// Whether a matrix has one column, of which neighbours do not lie side by side.
static inline int nn_dnnl_is_spread_column(const nn_dnnl_layout *layout) {
  dnnl_dims_t *strides = NULL;
  dnnl_memory_desc_query(nn_dnnl_raw(layout), dnnl_query_strides, &strides);
  return strides != NULL && nn_dnnl_layout_extent(layout, 0) > 1
      && nn_dnnl_layout_extent(layout, 1) == 1 && (*strides)[0] != 1;
}

static inline dnnl_status_t nn_dnnl_matmul(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *left,
    const nn_dnnl_layout *right, const nn_dnnl_layout *bias, const nn_dnnl_layout *result,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_status_t status = dnnl_matmul_primitive_desc_create(
      made, engine, nn_dnnl_raw(left), nn_dnnl_raw(right), nn_dnnl_raw(bias), nn_dnnl_raw(result),
      attributes);
  if (status != dnnl_success || !nn_dnnl_is_spread_column(result)) return status;
  // brg_matmul of oneDNN 3.7.2 writes such a result side by side, over what lies between its elements.
  for (;;) {
    const char *name = NULL;
    dnnl_primitive_desc_query(*made, dnnl_query_impl_info_str, 0, &name);
    if (name == NULL || strncmp(name, "brg_matmul", 10) != 0) return dnnl_success;
    status = dnnl_primitive_desc_next_impl(*made);
    if (status != dnnl_success) {
      dnnl_primitive_desc_destroy(*made);
      *made = NULL;
      return dnnl_unimplemented;
    }
  }
}

static inline dnnl_status_t nn_dnnl_eltwise_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *data, float alpha, float beta, const_dnnl_primitive_attr_t attributes) {
  return dnnl_eltwise_forward_primitive_desc_create(
      made, engine, dnnl_forward_training, algorithm, nn_dnnl_raw(data), nn_dnnl_raw(data),
      nn_dnnl_alpha(algorithm, alpha), beta, attributes);
}

static inline dnnl_status_t nn_dnnl_eltwise_backward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *data, float alpha, float beta, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_eltwise_backward_primitive_desc_create(
      made, engine, algorithm, nn_dnnl_raw(data), nn_dnnl_raw(data), nn_dnnl_raw(data),
      nn_dnnl_alpha(algorithm, alpha), beta, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_softmax_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *data, int axis,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_softmax_forward_primitive_desc_create(
      made, engine, dnnl_forward_training, dnnl_softmax_accurate, nn_dnnl_raw(data),
      nn_dnnl_raw(data), axis, attributes);
}

static inline dnnl_status_t nn_dnnl_softmax_backward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *data, int axis,
    const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  return dnnl_softmax_backward_primitive_desc_create(
      made, engine, dnnl_softmax_accurate, nn_dnnl_raw(data), nn_dnnl_raw(data),
      nn_dnnl_raw(data), axis, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_pooling_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    dnnl_alg_kind_t algorithm, const nn_dnnl_layout *source, const nn_dnnl_layout *destination,
    const dnnl_dim_t *strides, const dnnl_dim_t *kernel, const dnnl_dim_t *dilates,
    const dnnl_dim_t *before, const dnnl_dim_t *after, const_dnnl_primitive_attr_t attributes) {
  return dnnl_pooling_forward_primitive_desc_create(
      made, engine, kind, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(destination), strides,
      kernel, dilates, before, after, attributes);
}

static inline dnnl_status_t nn_dnnl_pooling_backward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    const nn_dnnl_layout *source, const nn_dnnl_layout *destination, const dnnl_dim_t *strides,
    const dnnl_dim_t *kernel, const dnnl_dim_t *dilates, const dnnl_dim_t *before,
    const dnnl_dim_t *after, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_pooling_backward_primitive_desc_create(
      made, engine, algorithm, nn_dnnl_raw(source), nn_dnnl_raw(destination), strides, kernel,
      dilates, before, after, hint, attributes);
}

static inline dnnl_status_t nn_dnnl_batch_normalization_forward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
    const nn_dnnl_layout *data, float epsilon, unsigned flags,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_batch_normalization_forward_primitive_desc_create(
      made, engine, kind, nn_dnnl_raw(data), nn_dnnl_raw(data), epsilon, flags, attributes);
}

static inline dnnl_status_t nn_dnnl_batch_normalization_backward(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *data, float epsilon,
    unsigned flags, const_dnnl_primitive_desc_t hint, const_dnnl_primitive_attr_t attributes) {
  return dnnl_batch_normalization_backward_primitive_desc_create(
      made, engine, dnnl_backward, nn_dnnl_raw(data), nn_dnnl_raw(data), nn_dnnl_raw(data),
      epsilon, flags, hint, attributes);
}

/// Whether the gradient of batch normalization is given β, which it does not depend on.
static inline int nn_dnnl_batch_normalization_backward_takes_shift(void) { return 0; }

static inline dnnl_status_t nn_dnnl_reorder(
    dnnl_primitive_desc_t *made, dnnl_engine_t engine, const nn_dnnl_layout *source,
    const nn_dnnl_layout *destination, const_dnnl_primitive_attr_t attributes) {
  return dnnl_reorder_primitive_desc_create(
      made, nn_dnnl_raw(source), engine, nn_dnnl_raw(destination), engine, attributes);
}
