// SPDX-License-Identifier: Apache-2.0
#pragma once

class QApplication;

namespace strata::ui {

/// Names, icon, font and translations of the program. Call before the first window is made.
/// `version` without "v".
void setUpApplication(QApplication& application, const char* version);

} // namespace strata::ui
