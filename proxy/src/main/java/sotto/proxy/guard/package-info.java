/** Who may take our time: bans and rates of sources that are no peers. Plain Java: knows neither SIP nor configuration. */
@NullMarked
package sotto.proxy.guard;

import org.jspecify.annotations.NullMarked;
