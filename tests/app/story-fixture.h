/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "world/sg-story.h"

G_BEGIN_DECLS

/* A real library in a folder of its own, with stories of the small scenario of the tests. */
typedef struct
{
  char       *folder;
  char       *path;
  SgLibrary  *library;
  SgScenario *scenario;
} StoryFixture;

void     story_fixture_set_up      (StoryFixture *fixture);
void     story_fixture_tear_down   (StoryFixture *fixture);
/* A story with its opening and @n_turns turns after it. */
SgStory *story_fixture_make        (StoryFixture *fixture,
                                    const char   *title,
                                    guint         n_turns) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
