/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * SgSchema:
 *
 * A compiled JSON schema.  Of the language it knows what tools need: `type` (one or a list),
 * `properties`, `required`, `additionalProperties`, `enum`, `items`, `minimum`, `maximum`,
 * `minLength`, `maxLength`, `minItems`, `maxItems`, `minProperties` and `maxProperties`; `title`,
 * `description`, `default` and `examples` are for the reader.
 */
typedef struct _SgSchema SgSchema;

SgSchema *sg_schema_new   (const char      *json,
                           GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void      sg_schema_free  (SgSchema        *self);
gboolean  sg_schema_check (const SgSchema  *self,
                           JsonNode        *value,
                           GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSchema, sg_schema_free)

G_END_DECLS
