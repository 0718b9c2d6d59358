/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A scenario file: refused with a reason, or good for the start of a story. */

#include "config.h"

#include "fuzz.h"
#include "world/sg-scenario.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = sg_scenario_new_from_data ((const char *) data, size, "fuzz.json",
                                                               &error);

  if (scenario == NULL)
    {
      g_assert_true (error != NULL && error->message[0] != '\0');
    }
  else
    {
      g_autoptr (SgWorld) world = sg_world_new ();
      g_autofree char *opening = sg_scenario_dup_opening (scenario, "en");
      G_GNUC_UNUSED g_auto (GStrv) choices = sg_scenario_dup_first_choices (scenario, "en");
      g_autofree char *brief = sg_scenario_dup_model_brief (scenario, "de", 0);

      sg_scenario_fill_world (scenario, world);
      g_assert_nonnull (opening);
      g_assert_nonnull (brief);
    }
  return 0;
}
