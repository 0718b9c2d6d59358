/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-model.h"

G_BEGIN_DECLS

/* A model whose calls fail as a test has written down, one after the other; the last one stays for all that
 * follow. */
#define SG_TYPE_FLAKY_MODEL (sg_flaky_model_get_type ())

G_DECLARE_FINAL_TYPE (SgFlakyModel, sg_flaky_model, SG, FLAKY_MODEL, GObject)

SgFlakyModel *sg_flaky_model_new         (const char   *server);
/* The call tells @text. */
void          sg_flaky_model_tell        (SgFlakyModel *self,
                                          const char   *text);
/* The call tells @text, if any, and fails. */
void          sg_flaky_model_fail        (SgFlakyModel *self,
                                          const char   *text,
                                          SgModelError  code);
/* The call fails with an HTTP status. */
void          sg_flaky_model_refuse      (SgFlakyModel *self,
                                          guint         status,
                                          const char   *body,
                                          const char   *retry_after);
/* The call fails with an error of GIO. */
void          sg_flaky_model_lose        (SgFlakyModel *self,
                                          GQuark        domain,
                                          int           code);
/* The call lasts until sg_flaky_model_release() or its cancellation. */
void          sg_flaky_model_hold        (SgFlakyModel *self,
                                          const char   *text);
void          sg_flaky_model_release     (SgFlakyModel *self);
guint         sg_flaky_model_get_n_calls (SgFlakyModel *self);
/* How many were under way at once. */
guint         sg_flaky_model_get_most    (SgFlakyModel *self);

G_END_DECLS
