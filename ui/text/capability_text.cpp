// SPDX-License-Identifier: Apache-2.0
#include "text/capability_text.h"

#include <QStringList>

#include <array>
#include <cstdint>

namespace strata::ui {

namespace {

constexpr std::array names = {"chown",
                              "dac_override",
                              "dac_read_search",
                              "fowner",
                              "fsetid",
                              "kill",
                              "setgid",
                              "setuid",
                              "setpcap",
                              "linux_immutable",
                              "net_bind_service",
                              "net_broadcast",
                              "net_admin",
                              "net_raw",
                              "ipc_lock",
                              "ipc_owner",
                              "sys_module",
                              "sys_rawio",
                              "sys_chroot",
                              "sys_ptrace",
                              "sys_pacct",
                              "sys_admin",
                              "sys_boot",
                              "sys_nice",
                              "sys_resource",
                              "sys_time",
                              "sys_tty_config",
                              "mknod",
                              "lease",
                              "audit_write",
                              "audit_control",
                              "setfcap",
                              "mac_override",
                              "mac_admin",
                              "syslog",
                              "wake_alarm",
                              "block_suspend",
                              "audit_read",
                              "perfmon",
                              "bpf",
                              "checkpoint_restore"};

std::uint32_t word(std::string_view bytes, std::size_t index)
{
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        out |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[index * 4 + i]))
               << (8 * i);
    }
    return out;
}

QString list(std::uint64_t set)
{
    QStringList out;
    for (unsigned bit = 0; bit < 64; ++bit) {
        if ((set >> bit & 1U) != 0) {
            out << (bit < names.size() ? QStringLiteral("cap_") + QLatin1StringView(names[bit])
                                       : QString::number(bit));
        }
    }
    return out.join(QLatin1Char(','));
}

} // namespace

QString capabilityText(std::string_view value)
{
    if (value.size() < 12) {
        return {};
    }
    const auto magic = word(value, 0);
    const auto revision = magic >> 24U;
    const std::size_t words = revision == 1 ? 1 : 2;
    if (revision < 1 || revision > 3 || value.size() != 4 + words * 8 + (revision == 3 ? 4U : 0U)) {
        return {};
    }
    std::uint64_t permitted = 0;
    std::uint64_t inheritable = 0;
    for (std::size_t i = 0; i < words; ++i) {
        permitted |= static_cast<std::uint64_t>(word(value, 1 + 2 * i)) << (32 * i);
        inheritable |= static_cast<std::uint64_t>(word(value, 2 + 2 * i)) << (32 * i);
    }
    const auto effective = (magic & 1U) != 0 ? QStringLiteral("e") : QString();
    QStringList groups;
    const auto group = [&](std::uint64_t set, const QString& flags) {
        if (set != 0) {
            groups << list(set) + QLatin1Char('=') + effective + flags;
        }
    };
    group(permitted & inheritable, QStringLiteral("ip"));
    group(permitted & ~inheritable, QStringLiteral("p"));
    group(inheritable & ~permitted, QStringLiteral("i"));
    if (revision == 3) {
        groups << QStringLiteral("[rootid=%1]").arg(word(value, words * 2 + 1));
    }
    return groups.isEmpty() ? QStringLiteral("=") : groups.join(QLatin1Char(' '));
}

} // namespace strata::ui
