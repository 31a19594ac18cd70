// What Swift cannot import from libhdf5 as it is: macros, globals and interfaces that differ between versions.
#ifndef PT_HDF5_SHIM_H
#define PT_HDF5_SHIM_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline hid_t pt_h5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t pt_h5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t pt_h5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t pt_h5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t pt_h5_file_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t pt_h5_file_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t pt_h5_file_int64(void) { return H5T_STD_I64LE; }
static inline hid_t pt_h5_file_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t pt_h5_c_string(void) { return H5T_C_S1; }

static inline hid_t pt_h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t pt_h5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t pt_h5_dataset_transfer(void) { return H5P_DATASET_XFER; }
static inline hid_t pt_h5_link_create(void) { return H5P_LINK_CREATE; }
static inline hid_t pt_h5_defaults(void) { return H5P_DEFAULT; }
static inline hid_t pt_h5_everything(void) { return H5S_ALL; }
static inline unsigned pt_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned pt_h5_truncate(void) { return H5F_ACC_TRUNC; }
static inline size_t pt_h5_variable_length(void) { return H5T_VARIABLE; }
static inline bool pt_h5_is_undefined(haddr_t address) { return address == HADDR_UNDEF; }

/// Keeps libhdf5 from printing its error stack, and from loading filters from outside.
static inline void pt_h5_quiet(void) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  H5PLset_loading_state(0);
}

struct pt_h5_text {
  char *bytes;
  size_t size;
};

static inline herr_t pt_h5_copy_description(unsigned depth, const H5E_error2_t *error, void *context) {
  struct pt_h5_text *text = (struct pt_h5_text *)context;
  if (depth == 0 && error->desc != NULL) strncat(text->bytes, error->desc, text->size - 1);
  return 0;
}

/// Copies the innermost message of the last error into `bytes`; an empty string when there is none.
static inline void pt_h5_last_error(char *bytes, size_t size) {
  struct pt_h5_text text = {bytes, size};
  bytes[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, pt_h5_copy_description, &text);
}

/// Called with a link's name and whether it is a hard link.
typedef void (*pt_h5_link_body)(const char *name, bool hard, void *context);

struct pt_h5_link_visit {
  pt_h5_link_body body;
  void *context;
};

static inline herr_t pt_h5_visit_link(hid_t group, const char *name, const H5L_info_t *info, void *context) {
  (void)group;
  struct pt_h5_link_visit *visit = (struct pt_h5_link_visit *)context;
  visit->body(name, info->type == H5L_TYPE_HARD, visit->context);
  return 0;
}

/// Calls `body` for each link of a group, by name; negative when the group cannot be read.
static inline herr_t pt_h5_each_link(hid_t group, pt_h5_link_body body, void *context) {
  struct pt_h5_link_visit visit = {body, context};
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, pt_h5_visit_link, &visit);
}

static inline herr_t pt_h5_visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
  (void)object;
  (void)info;
  struct pt_h5_link_visit *visit = (struct pt_h5_link_visit *)context;
  visit->body(name, true, visit->context);
  return 0;
}

/// Calls `body` for each attribute of an object, by name; negative when they cannot be read.
static inline herr_t pt_h5_each_attribute(hid_t object, pt_h5_link_body body, void *context) {
  struct pt_h5_link_visit visit = {body, context};
  return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, pt_h5_visit_attribute, &visit);
}

/// 1 for a hard link, 0 for any other, negative when there is none of that name.
static inline int pt_h5_link_is_hard(hid_t group, const char *name) {
  H5L_info_t info;
  if (H5Lexists(group, name, H5P_DEFAULT) <= 0) return -1;
  if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return -1;
  return info.type == H5L_TYPE_HARD;
}

/// Where an object lies in its file: equal for two links to one object. Negative when it cannot be told.
static inline int pt_h5_object_address(hid_t object, uint64_t *address) {
  H5O_info_t info;
#if H5_VERSION_GE(1, 12, 0)
  if (H5Oget_info(object, &info, H5O_INFO_BASIC) < 0) return -1;
  memcpy(address, &info.token, sizeof *address);
#else
  if (H5Oget_info(object, &info) < 0) return -1;
  *address = info.addr;
#endif
  return 0;
}

/// A count of the bytes that strings read from a dataset may still take.
struct pt_h5_budget {
  size_t left;
};

static inline void *pt_h5_budget_allocate(size_t size, void *context) {
  struct pt_h5_budget *budget = (struct pt_h5_budget *)context;
  if (size > budget->left) return NULL;
  budget->left -= size;
  return malloc(size);
}

static inline void pt_h5_budget_free(void *memory, void *context) {
  (void)context;
  free(memory);
}

/// Makes reads with this transfer list take memory for strings out of `budget` only.
static inline herr_t pt_h5_set_budget(hid_t transfer, struct pt_h5_budget *budget) {
  return H5Pset_vlen_mem_manager(transfer, pt_h5_budget_allocate, budget, pt_h5_budget_free, budget);
}

#endif
