/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "world/sg-world.h"

G_BEGIN_DECLS

/**
 * SG_SCENARIO_ERROR:
 *
 * A scenario that cannot be used.  The message names the file and the line (of a
 * syntax error) or the path (`places.crypt.exits.north`) of each fault.
 */
#define SG_SCENARIO_ERROR (sg_scenario_error_quark ())

typedef enum
{
  SG_SCENARIO_ERROR_SYNTAX,
  SG_SCENARIO_ERROR_INVALID,
  SG_SCENARIO_ERROR_NOT_FOUND,
} SgScenarioError;

GQuark sg_scenario_error_quark (void);

#define SG_TYPE_SCENARIO (sg_scenario_get_type ())

G_DECLARE_FINAL_TYPE (SgScenario, sg_scenario, SG, SCENARIO, GObject)

SgScenario  *sg_scenario_new_from_file      (GFile        *file,
                                             GError      **error) G_GNUC_WARN_UNUSED_RESULT;
SgScenario  *sg_scenario_new_from_data      (const char   *data,
                                             gssize        length,
                                             const char   *name,
                                             GError      **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray   *sg_scenario_list_installed     (void) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray   *sg_scenario_list_installed_with_faults
                                            (GPtrArray    *faults) G_GNUC_WARN_UNUSED_RESULT;
SgScenario  *sg_scenario_find_installed     (const char   *id,
                                             GError      **error) G_GNUC_WARN_UNUSED_RESULT;

const char  *sg_scenario_get_id             (SgScenario   *self);
const char  *sg_scenario_get_title          (SgScenario   *self);
const char  *sg_scenario_get_summary        (SgScenario   *self);
const char  *sg_scenario_get_author         (SgScenario   *self);
const char  *sg_scenario_get_json           (SgScenario   *self);
JsonObject  *sg_scenario_get_root           (SgScenario   *self);

char        *sg_scenario_dup_opening        (SgScenario   *self,
                                             const char   *language) G_GNUC_WARN_UNUSED_RESULT;
char       **sg_scenario_dup_first_choices  (SgScenario   *self,
                                             const char   *language) G_GNUC_WARN_UNUSED_RESULT;
void         sg_scenario_fill_world         (SgScenario   *self,
                                             SgWorld      *world);
char        *sg_scenario_dup_model_brief    (SgScenario   *self,
                                             const char   *language,
                                             gsize         max_length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
