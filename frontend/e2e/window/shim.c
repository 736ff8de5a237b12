/*
 * Preloaded into the program by the window tests: makes its one web view
 * drivable by WebKitWebDriver. The program itself is the one people get.
 *
 * WebKitGTK hands a web view to a driver only if its context allows automation,
 * the view was made for it, and somebody answers "create-web-view". Wails makes
 * its view by one function, which is replaced here.
 */
#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

static WebKitWebView *only_view;

static WebKitWebView *give_view(WebKitAutomationSession *session, gpointer data) {
  (void)session;
  (void)data;
  return only_view;
}

static void begin_session(WebKitWebContext *context, WebKitAutomationSession *session, gpointer data) {
  (void)context;
  (void)data;
  WebKitApplicationInfo *info = webkit_application_info_new();
  webkit_application_info_set_name(info, "Aimdesk");
  webkit_application_info_set_version(info, 1, 0, 0);
  webkit_automation_session_set_application_info(session, info);
  webkit_application_info_unref(info);
  g_signal_connect(session, "create-web-view", G_CALLBACK(give_view), NULL);
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager) {
  WebKitWebContext *context = webkit_web_context_get_default();
  webkit_web_context_set_automation_allowed(context, TRUE);
  g_signal_connect(context, "automation-started", G_CALLBACK(begin_session), NULL);
  GtkWidget *view = g_object_new(WEBKIT_TYPE_WEB_VIEW, "web-context", context, "user-content-manager", manager,
                                 "is-controlled-by-automation", TRUE, NULL);
  only_view = WEBKIT_WEB_VIEW(view);
  return view;
}
