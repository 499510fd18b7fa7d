# What `cmake --install` and the Debian package put where: pages and changelogs compressed and completions where Debian has
# them, so that both give the same files.
set(package_dir ${PROJECT_BINARY_DIR}/package)
file(MAKE_DIRECTORY ${package_dir})
set(package_files "")

# bankctl_compressed(OUTPUT INPUT): OUTPUT in the package's folder is INPUT through gzip, the same bytes every time.
function(bankctl_compressed output input)
  add_custom_command(OUTPUT ${package_dir}/${output} DEPENDS ${input}
    COMMAND gzip --best --no-name --stdout ${input} > ${package_dir}/${output} VERBATIM)
  set(package_files ${package_files} ${package_dir}/${output} PARENT_SCOPE)
endfunction()

# bankctl_completion(OUTPUT SHELL FOLDER): the script that the built bankctl prints for SHELL.
function(bankctl_completion output shell folder)
  add_custom_command(OUTPUT ${package_dir}/${output} DEPENDS bankctl
    COMMAND bankctl completion ${shell} > ${package_dir}/${output} VERBATIM)
  set(package_files ${package_files} ${package_dir}/${output} PARENT_SCOPE)
  install(FILES ${package_dir}/${output} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
endfunction()

file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/man/*.[1-8])
foreach(page IN LISTS pages)
  get_filename_component(name ${page} NAME)
  string(REGEX MATCH "[1-8]$" section ${name})
  bankctl_compressed(${name}.gz ${page})
  install(FILES ${package_dir}/${name}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

set(package_time "Mon, 23 Nov 2026 12:00:00 +0000")
set(package_maintainer "The bankctl developers <bankctl@bankctl.invalid>")
configure_file(${PROJECT_SOURCE_DIR}/scripts/package/changelog.in ${package_dir}/changelog.Debian @ONLY)
bankctl_compressed(changelog.gz ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
bankctl_compressed(changelog.Debian.gz ${package_dir}/changelog.Debian)
install(FILES ${package_dir}/changelog.gz ${package_dir}/changelog.Debian.gz scripts/package/copyright README.md LICENSE TYPE DOC)
install(DIRECTORY scripts/cron DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples USE_SOURCE_PERMISSIONS)
install(FILES scripts/package/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME bankctl)

bankctl_completion(bankctl bash bash-completion/completions)
bankctl_completion(_bankctl zsh zsh/vendor-completions)
bankctl_completion(bankctl.fish fish fish/vendor_completions.d)
add_custom_target(package_files ALL DEPENDS ${package_files})

install(TARGETS bankctl RUNTIME)
install(DIRECTORY schema/json/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bankctl/schema FILES_MATCHING PATTERN "*.schema.json")
install(FILES schema/export/hledger.csv.rules DESTINATION ${CMAKE_INSTALL_DATADIR}/bankctl/export)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT ${package_maintainer})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "bank's back office: accounts, transactions, balances")
set(CPACK_PACKAGE_DESCRIPTION "bankctl keeps a bank's books on a double-entry, hash-chained ledger in one
 file. Operators, scripts and cron jobs post transactions and ask balances; it
 needs no server and works offline.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "hledger, jq, less")
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
include(CPack)
