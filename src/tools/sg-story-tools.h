/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tools/sg-tool.h"

G_BEGIN_DECLS

/* The tools that every story has. */

#define SG_TYPE_READ_STATE_TOOL (sg_read_state_tool_get_type ())
#define SG_TYPE_UPDATE_STATE_TOOL (sg_update_state_tool_get_type ())
#define SG_TYPE_SEARCH_MEMORIES_TOOL (sg_search_memories_tool_get_type ())
#define SG_TYPE_SEMANTIC_SEARCH_TOOL (sg_semantic_search_tool_get_type ())
#define SG_TYPE_ADD_MEMORY_TOOL (sg_add_memory_tool_get_type ())
#define SG_TYPE_ROLL_DICE_TOOL (sg_roll_dice_tool_get_type ())
#define SG_TYPE_ASK_CHARACTER_TOOL (sg_ask_character_tool_get_type ())
#define SG_TYPE_GENERATE_CHARACTERS_TOOL (sg_generate_characters_tool_get_type ())
/* Only for scenarios that have fortune slips. */
#define SG_TYPE_DRAW_FORTUNE_TOOL (sg_draw_fortune_tool_get_type ())
#define SG_TYPE_OFFER_CHOICES_TOOL (sg_offer_choices_tool_get_type ())
#define SG_TYPE_ADVANCE_TIME_TOOL (sg_advance_time_tool_get_type ())
#define SG_TYPE_BATCH_MEMORY_TOOL (sg_batch_memory_tool_get_type ())
#define SG_TYPE_CREATE_CHARACTER_TOOL (sg_create_character_tool_get_type ())
#define SG_TYPE_LIST_CHARACTERS_TOOL (sg_list_characters_tool_get_type ())
#define SG_TYPE_LOOK_AROUND_TOOL (sg_look_around_tool_get_type ())
#define SG_TYPE_MOVE_TO_TOOL (sg_move_to_tool_get_type ())
#define SG_TYPE_QUERY_RELATIONSHIPS_TOOL (sg_query_relationships_tool_get_type ())
#define SG_TYPE_RECALL_TURNS_TOOL (sg_recall_turns_tool_get_type ())
#define SG_TYPE_SEARCH_LORE_TOOL (sg_search_lore_tool_get_type ())
#define SG_TYPE_SET_GOAL_TOOL (sg_set_goal_tool_get_type ())
#define SG_TYPE_STATEFUL_READ_TOOL (sg_stateful_read_tool_get_type ())
#define SG_TYPE_UPDATE_RELATIONSHIP_TOOL (sg_update_relationship_tool_get_type ())
#define SG_TYPE_UPDATE_WORLD_TOOL (sg_update_world_tool_get_type ())

G_DECLARE_FINAL_TYPE (SgReadStateTool, sg_read_state_tool, SG, READ_STATE_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgUpdateStateTool, sg_update_state_tool, SG, UPDATE_STATE_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgSearchMemoriesTool, sg_search_memories_tool, SG, SEARCH_MEMORIES_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgSemanticSearchTool, sg_semantic_search_tool, SG, SEMANTIC_SEARCH_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgAddMemoryTool, sg_add_memory_tool, SG, ADD_MEMORY_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgRollDiceTool, sg_roll_dice_tool, SG, ROLL_DICE_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgAskCharacterTool, sg_ask_character_tool, SG, ASK_CHARACTER_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgGenerateCharactersTool, sg_generate_characters_tool, SG, GENERATE_CHARACTERS_TOOL,
                      SgTool)
G_DECLARE_FINAL_TYPE (SgDrawFortuneTool, sg_draw_fortune_tool, SG, DRAW_FORTUNE_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgOfferChoicesTool, sg_offer_choices_tool, SG, OFFER_CHOICES_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgAdvanceTimeTool, sg_advance_time_tool, SG, ADVANCE_TIME_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgBatchMemoryTool, sg_batch_memory_tool, SG, BATCH_MEMORY_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgCreateCharacterTool, sg_create_character_tool, SG, CREATE_CHARACTER_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgListCharactersTool, sg_list_characters_tool, SG, LIST_CHARACTERS_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgLookAroundTool, sg_look_around_tool, SG, LOOK_AROUND_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgMoveToTool, sg_move_to_tool, SG, MOVE_TO_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgQueryRelationshipsTool, sg_query_relationships_tool, SG, QUERY_RELATIONSHIPS_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgRecallTurnsTool, sg_recall_turns_tool, SG, RECALL_TURNS_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgSearchLoreTool, sg_search_lore_tool, SG, SEARCH_LORE_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgSetGoalTool, sg_set_goal_tool, SG, SET_GOAL_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgStatefulReadTool, sg_stateful_read_tool, SG, STATEFUL_READ_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgUpdateRelationshipTool, sg_update_relationship_tool, SG, UPDATE_RELATIONSHIP_TOOL, SgTool)
G_DECLARE_FINAL_TYPE (SgUpdateWorldTool, sg_update_world_tool, SG, UPDATE_WORLD_TOOL, SgTool)

G_END_DECLS
