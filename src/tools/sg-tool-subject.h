/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool-context.h"
#include "world/sg-view.h"

G_BEGIN_DECLS

/* What the arguments of a call name: somebody, a place, a goal, a clock.  A model is told the ids, and writes the
 * names; what is not there is answered with what was probably meant. */

typedef enum
{
  SG_SUBJECT_ANYTHING,
  SG_SUBJECT_CHARACTER, /* the player included */
  SG_SUBJECT_PLACE,
  SG_SUBJECT_GOAL,
  SG_SUBJECT_CLOCK,
} SgSubjectKind;

char     *sg_tool_subject_find      (SgToolContext  *context,
                                     const char     *name,
                                     SgSubjectKind   kind,
                                     GError        **error) G_GNUC_WARN_UNUSED_RESULT;
char     *sg_tool_subject_find_id   (SgToolContext  *context,
                                     const char     *name,
                                     SgSubjectKind   kind,
                                     GError        **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean  sg_tool_subject_has       (SgToolContext  *context,
                                     const char     *id,
                                     SgSubjectKind   kind);
char    **sg_tool_subject_list      (SgToolContext  *context,
                                     SgSubjectKind   kind) G_GNUC_WARN_UNUSED_RESULT;
char     *sg_tool_subject_dup_name  (SgToolContext  *context,
                                     const char     *id) G_GNUC_WARN_UNUSED_RESULT;
SgView   *sg_tool_subject_new_view  (SgToolContext  *context) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
