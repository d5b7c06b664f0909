#pragma once
#include <curl/curl.h>
#include <sys/epoll.h>

// Typed doors to curl's variadic functions, which Swift cannot import.

static inline CURLcode tl_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tl_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tl_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tl_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode tl_curl_set_headers(CURL *handle, struct curl_slist *value) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, value);
}
typedef size_t (*tl_curl_bytes_callback)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode tl_curl_set_bytes_callback(CURL *handle, CURLoption option, tl_curl_bytes_callback callback) {
    return curl_easy_setopt(handle, option, callback);
}
static inline CURLcode tl_curl_set_open_socket_callback(CURL *handle, curl_opensocket_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}
static inline CURLcode tl_curl_set_recipients(CURL *handle, struct curl_slist *value) {
    return curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, value);
}
static inline CURLcode tl_curl_set_progress_callback(CURL *handle, curl_xferinfo_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
}
static inline CURLcode tl_curl_set_prerequest_callback(CURL *handle, curl_prereq_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}
static inline CURLcode tl_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode tl_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode tl_curl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode tl_curl_get_string(CURL *handle, CURLINFO info, char **value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLMcode tl_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode tl_curl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode tl_curl_multi_set_socket_callback(CURLM *multi, curl_socket_callback callback) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}
static inline CURLMcode tl_curl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback callback) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}

/// What this libcurl is and has; the constant for "this version" is a macro in C.
static inline const curl_version_info_data *tl_curl_version(void) { return curl_version_info(CURLVERSION_NOW); }

/// The end of a transfer that a message from curl_multi_info_read tells of: a member of a union in C.
static inline CURLcode tl_curl_message_result(const CURLMsg *message) { return message->data.result; }

/// The address that curl is about to connect to. The struct declares less room than curl gives it, so that a copy of it
/// would lose the end of an IPv6 address.
static inline const struct sockaddr *tl_curl_address(const struct curl_sockaddr *address) { return &address->addr; }

// epoll, which Swift's Glibc does not export. Each event carries its descriptor.

static inline int tl_epoll_open(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int tl_epoll_control(int epoll, int operation, int descriptor, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    return epoll_ctl(epoll, operation, descriptor, &event);
}
static inline int tl_epoll_descriptor(const struct epoll_event *event) { return event->data.fd; }
