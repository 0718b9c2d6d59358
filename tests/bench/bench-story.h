/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sg-session.h"

G_BEGIN_DECLS

/* A story of one room in a library of its own, told by a server, with three more tools: `rest` writes (nothing) and takes
 * as long as it is told to, `watch` reads and takes as long; `glance` reads and is done at once. */
typedef struct
{
  char             *directory;
  SgLibrary        *library;
  SgStory          *story;
  SgEngineSettings *settings;
  SgSession        *session;

  /* Microseconds from the submission of the last turn to the `thinking` stage, to its last word, and to `narrated`. */
  gint64            thinking_us;
  gint64            told_us;
  gint64            narrated_us;
  gint64            done_us;

  /* Whether it left something to do in the background. */
  gboolean          left_work;
} BenchStory;

BenchStory *bench_story_new      (const char *url);
void        bench_story_free     (BenchStory *self);
void        bench_story_set_url  (BenchStory *self,
                                  const char *url);
void        bench_story_set_rest (guint       ms);
void        bench_story_play     (BenchStory *self);
void        bench_story_play_words (BenchStory *self,
                                  const char *words);

double      bench_get_cpu_us     (void);
void        bench_print_values   (const char *name,
                                  GArray     *values,
                                  gboolean    last);
double      bench_get_median     (GArray     *values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchStory, bench_story_free)

G_END_DECLS
